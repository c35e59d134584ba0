package dev.primeline.activities.runs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.report.RunFolder;
import dev.primeline.activities.report.RunReport;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.ExperimentSpec;
import dev.primeline.workflows.experiment.SpecReader;
import dev.primeline.workflows.experiment.StoredSpec;
import dev.primeline.workflows.training.TrainingSpec;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What is on record of one run: {@code run.json} (its name, when it began), {@code spec.json} (what
 * it was meant to do) and {@code trainings/} (each training, whose checkpoints other runs may
 * share). Every file is written once: a name belongs to one specification for ever.
 */
public final class RunRecord {

  private static final int FORMAT_VERSION = 1;
  private static final ObjectMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private final ArtifactStore store;
  private final String runId;
  private final RunFolder folder;

  /** The record of a run that may or may not be there. */
  public RunRecord(ArtifactStore store, String runId) {
    this.store = store;
    this.runId = runId;
    this.folder = RunFolder.of(runId);
  }

  /**
   * The content of run.json.
   *
   * @param formatVersion of this file
   * @param runId the workflow id, whatever the folder had to be called
   * @param begun ISO 8601, UTC
   */
  record Beginning(int formatVersion, String runId, String begun) {}

  /**
   * Nothing, when the name is free or belongs to this specification.
   *
   * @throws BadInput naming the first value that differs
   */
  public void requireSame(ExperimentSpec spec) throws IOException {
    Optional<JsonNode> stored = json(folder.spec());
    if (stored.isEmpty() || stored.get().equals(tree(spec))) {
      return;
    }
    // Another version may have written the same with fewer keys.
    JsonNode theirs = tree(SpecReader.read(StoredSpec.typed(stored.get())));
    if (!theirs.equals(tree(spec))) {
      throw new BadInput(
          "run %s is on record with another specification (%s), expected the same or another --run-id"
              .formatted(runId, difference("", theirs, tree(spec))));
    }
  }

  /** Takes the name for this specification; the first time counts. */
  void begin(ExperimentSpec spec, Instant now) throws IOException {
    requireSame(spec);
    Beginning beginning =
        new Beginning(FORMAT_VERSION, runId, now.truncatedTo(ChronoUnit.SECONDS).toString());
    store.putIfAbsent(folder.run(), pretty(beginning));
    if (!store.putIfAbsent(folder.spec(), RunReport.specification(spec))) {
      requireSame(spec);
    }
  }

  /** Notes a training of this run. */
  void enter(TrainingSpec training) throws IOException {
    String key = folder.trainings() + training.hash() + "-" + training.branch() + "-";
    store.putIfAbsent(key + training.family().name() + ".json", pretty(training));
  }

  /**
   * What to type to get this run again.
   *
   * @throws BadInput when there is no such run or its record is damaged
   */
  public ObjectNode typed() throws IOException {
    JsonNode stored =
        json(folder.spec())
            .orElseThrow(() -> new BadInput("run %s is not on record".formatted(runId)));
    return StoredSpec.typed(stored);
  }

  /** The run's specification, as {@link #typed}. */
  public ExperimentSpec specification() throws IOException {
    return SpecReader.read(typed());
  }

  /** The run's trainings that have begun, in the order of their keys. */
  public List<TrainingSpec> trainings() throws IOException {
    List<TrainingSpec> trainings = new ArrayList<>();
    for (String key : store.list(folder.trainings())) {
      try {
        trainings.add(JSON.readValue(store.read(key), TrainingSpec.class));
      } catch (JsonProcessingException e) {
        throw new BadInput("%s is damaged, expected a training's specification".formatted(key));
      }
    }
    return trainings;
  }

  private Optional<JsonNode> json(String key) throws IOException {
    try {
      return Optional.of(JSON.readTree(store.read(key)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (JsonProcessingException e) {
      throw new BadInput("%s is damaged, expected a run's specification".formatted(key));
    }
  }

  private static JsonNode tree(ExperimentSpec spec) throws IOException {
    return JSON.readTree(RunReport.specification(spec));
  }

  private static byte[] pretty(Object value) throws IOException {
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(value);
  }

  /** The first key, in alphabetical order, in which two trees differ, with both values. */
  private static String difference(String path, JsonNode stored, JsonNode given) {
    if (stored instanceof ObjectNode one && given instanceof ObjectNode other) {
      TreeSet<String> keys = new TreeSet<>();
      one.fieldNames().forEachRemaining(keys::add);
      other.fieldNames().forEachRemaining(keys::add);
      for (String key : keys) {
        if (!one.path(key).equals(other.path(key))) {
          String below = path.isEmpty() ? key : path + "." + key;
          return difference(below, one.path(key), other.path(key));
        }
      }
    }
    return "%s is %s there and %s here".formatted(path, brief(stored), brief(given));
  }

  private static String brief(JsonNode value) {
    String text = value.isMissingNode() ? "not given" : value.toString();
    return text.length() > 60 ? text.substring(0, 60) + "..." : text;
  }
}
