package dev.primeline.activities.airflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.primeline.workflows.airflow.AssetPublication;
import dev.primeline.workflows.airflow.PublishedEvent;
import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;

/**
 * Tells an asset of a finished run, once. Airflow would take the same event again and start
 * everything that follows from it a second time, so the events that are there are looked through
 * first: one of this run with these very scores and checkpoints is the one. Its report may be
 * another: a run that is done again writes what it found done.
 *
 * <p>Two workers in the same instant could both find none. One activity at a time does this, so it
 * takes one that was given up for lost and then goes on.
 */
final class AssetPublishing {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final AirflowClient airflow;
  private final Patience patience;
  private final Function<String, String> address;

  /**
   * @param address of a stored object, by its key
   */
  AssetPublishing(AirflowClient airflow, Patience patience, Function<String, String> address) {
    this.airflow = airflow;
    this.patience = patience;
    this.address = address;
  }

  /**
   * Finds an asset.
   *
   * @throws BadInput when no DAG names it
   */
  Asset require(String uri) throws IOException {
    return patience
        .ask(() -> airflow.asset(uri))
        .orElseThrow(
            () ->
                new BadInput(
                    "publish.airflowAsset: no DAG of Airflow at %s names an asset %s, expected the URI exactly as one does"
                        .formatted(airflow.url(), uri)));
  }

  PublishedEvent publish(AssetPublication run) throws IOException {
    Asset asset = require(run.asset());
    return patience.ask(
        () -> {
          Optional<AssetEvent> before = find(asset, run);
          return before.isPresent()
              ? new PublishedEvent(before.get().id(), true)
              : new PublishedEvent(
                  airflow.publish(new AssetEvent.Creation(asset.id(), extra(run))).id(), false);
        });
  }

  private Optional<AssetEvent> find(Asset asset, AssetPublication run) throws IOException {
    int seen = 0;
    while (true) {
      AssetEvent.Page page = airflow.events(asset, seen);
      Optional<AssetEvent> same =
          page.assetEvents().stream().filter(event -> tells(event, run)).findFirst();
      seen += page.assetEvents().size();
      if (same.isPresent() || page.assetEvents().isEmpty() || seen >= page.totalEntries()) {
        return same;
      }
    }
  }

  private boolean tells(AssetEvent event, AssetPublication run) {
    JsonNode extra = event.extra();
    return extra != null
        && extra.path("workflowId").asText().equals(run.workflowId())
        && extra.path("families").equals(families(run));
  }

  /** What those read who wait for it: README's table. */
  private ObjectNode extra(AssetPublication run) {
    ObjectNode extra = JSON.createObjectNode();
    extra.put("workflowId", run.workflowId());
    extra.put("runId", run.runId());
    extra.put("result", address.apply(run.report().result().key()));
    extra.put("resultSha256", run.report().result().sha256());
    extra.put("report", address.apply(run.report().page().key()));
    extra.set("families", families(run));
    return extra;
  }

  private ArrayNode families(AssetPublication run) {
    ArrayNode families = JSON.createArrayNode();
    for (AssetPublication.Family family : run.families()) {
      families
          .addObject()
          .put("name", family.name())
          .put("bound", family.bound())
          .put("nelboNatsPerToken", family.nelboNatsPerToken())
          .put("standardError", family.standardError())
          .put("checkpoint", address.apply(family.checkpoint().key()))
          .put("weights", address.apply(family.weights().key()));
    }
    return families;
  }
}
