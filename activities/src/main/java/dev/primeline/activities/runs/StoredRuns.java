package dev.primeline.activities.runs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.checkpoints.TrainingBranch;
import dev.primeline.activities.report.RunFolder;
import dev.primeline.activities.report.RunResult;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.ExperimentSpec;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.NearestName;
import dev.primeline.workflows.training.TrainingSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The runs of a store. Nothing but small JSON files and lists of keys is read. */
public final class StoredRuns {

  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private final ArtifactStore store;

  public StoredRuns(ArtifactStore store) {
    this.store = store;
  }

  /** Every run, the one that began last at the end. */
  public List<RunSummary> all() throws IOException {
    List<RunSummary> runs = new ArrayList<>();
    for (String id : ids()) {
      runs.add(summary(id));
    }
    runs.sort(
        Comparator.comparing((RunSummary run) -> run.begun() == null ? "" : run.begun())
            .thenComparing(RunSummary::id));
    return runs;
  }

  /**
   * The record of a run.
   *
   * @throws BadInput with the nearest name when there is none
   */
  public RunRecord require(String id) throws IOException {
    if (!store.exists(RunFolder.of(id).spec())) {
      List<String> known = ids();
      throw new BadInput(
          known.isEmpty()
              ? "run %s: there is no run in %s".formatted(id, place())
              : "run %s is unknown in %s%s".formatted(id, place(), NearestName.hint(id, known)));
    }
    return new RunRecord(store, id);
  }

  private String place() {
    String some = store.uri("runs").toString();
    return some.substring(0, some.length() - "runs".length());
  }

  /** Names of all runs that have a specification. */
  private List<String> ids() throws IOException {
    List<String> ids = new ArrayList<>();
    for (String key : store.list(RunFolder.RUNS)) {
      String[] names = key.split("/", -1);
      if (names.length == 3 && names[2].equals("spec.json")) {
        ids.add(id(names[1]));
      }
    }
    return ids;
  }

  /** A folder's name is the run's unless the name had to change; then run.json has it. */
  private String id(String folder) throws IOException {
    JsonNode beginning = beginning(new RunFolder(RunFolder.RUNS + folder + "/"));
    return beginning.path("runId").asText(folder);
  }

  private JsonNode beginning(RunFolder folder) throws IOException {
    if (store.exists(folder.run())) {
      try {
        return JSON.readTree(store.read(folder.run()));
      } catch (JsonProcessingException damaged) {
        // Its name and time are a convenience; what matters is in spec.json.
      }
    }
    return JSON.createObjectNode();
  }

  private RunSummary summary(String id) throws IOException {
    RunFolder folder = RunFolder.of(id);
    @Nullable String begun = beginning(folder).path("begun").textValue();
    RunRecord record = new RunRecord(store, id);
    try {
      ExperimentSpec spec = record.specification();
      List<TrainingSpec> trainings = record.trainings();
      Optional<RunResult> result = result(folder);
      List<RunSummary.FamilyState> families = new ArrayList<>();
      for (Family family : spec.families()) {
        families.addAll(states(spec, family, trainings, result));
      }
      return new RunSummary(id, begun, spec.preset(), families, "");
    } catch (BadInput e) {
      return new RunSummary(id, begun, "", List.of(), String.valueOf(e.getMessage()));
    }
  }

  /** The run's first result; where the run was done again, the others are below it. */
  private Optional<RunResult> result(RunFolder folder) throws IOException {
    List<String> results =
        store.list(folder.prefix()).stream()
            .filter(key -> key.endsWith("/result.json"))
            .sorted(Comparator.comparingInt(String::length))
            .toList();
    return results.isEmpty()
        ? Optional.empty()
        : Optional.of(RunResult.parse(store.read(results.get(0))));
  }

  /** One state, or several where the text changed under the run and it began another training. */
  private List<RunSummary.FamilyState> states(
      ExperimentSpec spec, Family family, List<TrainingSpec> trainings, Optional<RunResult> result)
      throws IOException {
    List<RunSummary.FamilyState> states = new ArrayList<>();
    for (TrainingSpec training : trainings) {
      if (training.family().name().equals(family.name())) {
        TrainingBranch branch = new TrainingBranch(store, training.hash(), training.branch());
        long step =
            branch.commits().stream().mapToLong(TrainingBranch.Commit::step).max().orElse(0);
        Optional<RunResult.FamilyResult> scored =
            result.stream()
                .flatMap(r -> r.families().stream())
                .filter(f -> f.checkpoint().contains(branch.folder()))
                .filter(f -> f.name().equals(family.name()))
                .findFirst();
        states.add(
            new RunSummary.FamilyState(
                family.name(),
                training.hash(),
                training.branch(),
                state(step, training.settings().steps(), scored, result),
                step,
                training.settings().steps(),
                scored.map(RunResult.FamilyResult::bound).orElse(null),
                scored.map(RunResult.FamilyResult::nelboNatsPerToken).orElse(null)));
      }
    }
    if (states.isEmpty()) {
      states.add(
          new RunSummary.FamilyState(
              family.name(),
              null,
              null,
              RunSummary.State.NOT_BEGUN,
              0,
              spec.training().steps(),
              null,
              null));
    }
    return states;
  }

  private static RunSummary.State state(
      long step, long steps, Optional<RunResult.FamilyResult> scored, Optional<RunResult> result) {
    if (scored.isPresent()) {
      boolean alarmed =
          result.stream()
              .flatMap(r -> r.alarm().checks().stream())
              .anyMatch(c -> c.fired() && c.family().equals(scored.get().name()));
      return alarmed ? RunSummary.State.ALARM : RunSummary.State.DONE;
    }
    if (step == 0) {
      return RunSummary.State.NOT_BEGUN;
    }
    return step < steps ? RunSummary.State.BEGUN : RunSummary.State.TRAINED;
  }
}
