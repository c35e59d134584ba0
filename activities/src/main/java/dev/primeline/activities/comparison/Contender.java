package dev.primeline.activities.comparison;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.checkpoints.CommittedCheckpoint;
import dev.primeline.activities.checkpoints.TrainingBranch;
import dev.primeline.activities.evaluation.StoredEvaluation;
import dev.primeline.activities.report.RunFolder;
import dev.primeline.activities.report.RunResult;
import dev.primeline.activities.runs.RunRecord;
import dev.primeline.activities.runs.StoredRuns;
import dev.primeline.activities.training.StepMetrics;
import dev.primeline.workflows.evaluation.EvaluationRequest;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.NearestName;
import dev.primeline.workflows.training.TrainingSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A family of a finished run.
 *
 * @param run its name
 * @param specification the run's spec.json
 * @param result its numbers as result.json has them
 * @param alarmed whether a self-check fired: then its numbers must not be believed
 * @param evaluation its score, window by window
 * @param metrics its training log
 */
record Contender(
    String run,
    JsonNode specification,
    RunResult.FamilyResult result,
    boolean alarmed,
    StoredEvaluation evaluation,
    List<StepMetrics> metrics) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Run and family. */
  String name() {
    return run + "/" + result.name();
  }

  /**
   * The families of a run, or one of them.
   *
   * @param named a run, or {@code RUN/FAMILY}
   * @throws BadInput when there is none of that name, or it has no result yet; one sentence
   */
  static List<Contender> find(ArtifactStore store, String named) throws IOException {
    int slash = named.lastIndexOf('/');
    String run = slash < 0 ? named : named.substring(0, slash);
    RunRecord record = new StoredRuns(store).require(run);
    RunFolder folder = RunFolder.of(run);
    if (!store.exists(folder.result())) {
      throw new BadInput(
          "run %s has no result yet, expected a finished run (primeline runs shows how far it is)"
              .formatted(run));
    }
    RunResult result = RunResult.parse(store.read(folder.result()));
    JsonNode specification = specification(store, folder);
    List<Contender> found = new ArrayList<>();
    for (RunResult.FamilyResult family : result.families()) {
      if (slash < 0 || family.name().equals(named.substring(slash + 1))) {
        found.add(contender(store, record, run, specification, result, family));
      }
    }
    if (found.isEmpty()) {
      throw new BadInput(
          "run %s has no family %s%s"
              .formatted(
                  run,
                  named.substring(slash + 1),
                  NearestName.hint(
                      named.substring(slash + 1),
                      result.families().stream().map(RunResult.FamilyResult::name).toList())));
    }
    return found;
  }

  private static JsonNode specification(ArtifactStore store, RunFolder folder) throws IOException {
    try {
      return JSON.readTree(store.read(folder.spec()));
    } catch (JsonProcessingException e) {
      throw new BadInput("%s is damaged, expected a run's specification".formatted(folder.spec()));
    }
  }

  private static Contender contender(
      ArtifactStore store,
      RunRecord record,
      String run,
      JsonNode specification,
      RunResult result,
      RunResult.FamilyResult family)
      throws IOException {
    for (TrainingSpec training : record.trainings()) {
      TrainingBranch branch = new TrainingBranch(store, training.hash(), training.branch());
      for (TrainingBranch.Commit commit : branch.commits()) {
        if (training.family().name().equals(family.name())
            && store.uri(commit.manifest()).toString().equals(family.checkpoint())) {
          CommittedCheckpoint checkpoint = CommittedCheckpoint.open(store, commit.manifest());
          EvaluationRequest request =
              new EvaluationRequest(
                  training, checkpoint.saved().manifest(), record.specification().evaluation());
          boolean alarmed =
              result.alarm().checks().stream()
                  .anyMatch(check -> check.fired() && check.family().equals(family.name()));
          return new Contender(
              run,
              specification,
              family,
              alarmed,
              StoredEvaluation.find(store, request)
                  .orElseThrow(() -> gone(run, family, "evaluation")),
              checkpoint.metrics());
        }
      }
    }
    throw gone(run, family, "checkpoint");
  }

  private static BadInput gone(String run, RunResult.FamilyResult family, String what) {
    return new BadInput(
        "%s/%s: its %s is no longer in this store, expected it where the run left it"
            .formatted(run, family.name(), what));
  }
}
