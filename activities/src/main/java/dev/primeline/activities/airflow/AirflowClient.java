package dev.primeline.activities.airflow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.primeline.activities.airflow.AirflowLine.Answer;
import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The questions that a run has for Airflow, and the three things that it asks of it. All but {@link
 * #publish} may be asked again when the answer was lost.
 *
 * <p>Every method throws {@link IOException} when Airflow does not answer just now, and {@link
 * BadInput} when it refuses what was asked.
 */
public final class AirflowClient {

  private static final String API = "/api/v2";
  private static final int PAGE = 100;

  private final AirflowLine line;

  /** Nothing is asked yet. */
  public AirflowClient(AirflowSettings settings) {
    this.line = new AirflowLine(settings);
  }

  /** Which Airflow this is. */
  URI url() {
    return line.url();
  }

  /** How Airflow's parts are; an unwell Airflow answers too. Needs no token. */
  public Health health() throws IOException {
    return read(line.askOpenly(API + "/monitor/health"), Health.class, "its health");
  }

  /** Shows Airflow who asks, and fails when it does not believe it. */
  public void requireAccess() throws IOException {
    var unused = line.ask("GET", API + "/dags?limit=1", null);
  }

  /** A DAG; empty when there is none of this id. */
  Optional<Dag> dag(String dag) throws IOException {
    return found(line.ask("GET", dagPath(dag), null), Dag.class, "DAG " + dag);
  }

  /** A run of a DAG; empty when there is none of this id. */
  Optional<DagRun> dagRun(String dag, String run) throws IOException {
    return found(line.ask("GET", runPath(dag, run), null), DagRun.class, "DAG run " + run);
  }

  /** Begins a run of a DAG; one of this id that is there is given as it is. */
  DagRun trigger(String dag, DagRun.Trigger trigger) throws IOException {
    Answer answer = line.ask("POST", dagPath(dag) + "/dagRuns", trigger);
    if (answer.status() == 409) {
      return dagRun(dag, trigger.dagRunId())
          .orElseThrow(() -> new IOException("DAG run %s vanished".formatted(trigger.dagRunId())));
    }
    return read(answer, DagRun.class, "a run of DAG " + dag);
  }

  /** Ends a run of a DAG: what is running of it is stopped. */
  void fail(String dag, String run) throws IOException {
    Answer answer = line.ask("PATCH", runPath(dag, run), DagRun.Patch.FAILED);
    if (answer.status() != 404) {
      var unused = read(answer, DagRun.class, "DAG run " + run);
    }
  }

  /** The tasks of a DAG's run that failed, or the first of very many. */
  TaskInstance.Page failedTasks(String dag, String run) throws IOException {
    String path = "%s/taskInstances?state=failed&limit=%d".formatted(runPath(dag, run), PAGE);
    return read(
        line.ask("GET", path, null), TaskInstance.Page.class, "the tasks of DAG run " + run);
  }

  /** What a task left under a key; empty when it left nothing there. */
  Optional<JsonNode> xcom(String dag, String run, String task, String key) throws IOException {
    String path =
        "%s/taskInstances/%s/xcomEntries/%s?map_index=-1&stringify=false"
            .formatted(runPath(dag, run), encoded(task), encoded(key));
    return found(line.ask("GET", path, null), Xcom.class, "XCom " + key).map(Xcom::value);
  }

  /** The asset of exactly this URI; empty when no DAG names it. */
  Optional<Asset> asset(String uri) throws IOException {
    // The pattern is SQL's LIKE: _ and % of the URI match more than themselves.
    for (int from = 0; ; from += PAGE) {
      String path = "%s/assets?uri_pattern=%s&limit=%d&offset=%d";
      Asset.Page page =
          read(
              line.ask("GET", path.formatted(API, encoded(uri), PAGE, from), null),
              Asset.Page.class,
              "its assets");
      Optional<Asset> exact =
          page.assets().stream().filter(asset -> asset.uri().equals(uri)).findFirst();
      if (exact.isPresent() || from + PAGE >= page.totalEntries()) {
        return exact;
      }
    }
  }

  /**
   * Events of an asset, the newest first.
   *
   * @param from how many to pass over
   */
  AssetEvent.Page events(Asset asset, int from) throws IOException {
    String path = "%s/assets/events?asset_id=%d&order_by=-timestamp&limit=%d&offset=%d";
    return read(
        line.ask("GET", path.formatted(API, asset.id(), PAGE, from), null),
        AssetEvent.Page.class,
        "the events of asset " + asset.uri());
  }

  /** Tells an asset something. Asked twice, it is told twice. */
  AssetEvent publish(AssetEvent.Creation event) throws IOException {
    return read(
        line.ask("POST", API + "/assets/events", event), AssetEvent.class, "an event of an asset");
  }

  private static String dagPath(String dag) {
    return API + "/dags/" + encoded(dag);
  }

  private static String runPath(String dag, String run) {
    return dagPath(dag) + "/dagRuns/" + encoded(run);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private <T> Optional<T> found(Answer answer, Class<T> type, String what) {
    return answer.status() == 404 ? Optional.empty() : Optional.of(read(answer, type, what));
  }

  private <T> T read(Answer answer, Class<T> type, String what) {
    if (!answer.ok()) {
      throw unexpected(what, answer.status(), AirflowError.of(answer.body()), null);
    }
    try {
      return AirflowLine.JSON.treeToValue(answer.body(), type);
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw unexpected(what, answer.status(), "not as expected of Airflow 3", e);
    }
  }

  private BadInput unexpected(String what, int status, String reason, @Nullable Exception cause) {
    BadInput sentence =
        new BadInput(
            "Airflow at %s, asked for %s, answers with status %d: %s"
                .formatted(url(), what, status, reason));
    if (cause != null) {
      sentence.initCause(cause);
    }
    return sentence;
  }
}
