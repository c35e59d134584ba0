package dev.primeline.activities.runs;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.training.Schedule;
import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.BranchPoint;
import dev.primeline.workflows.experiment.BranchSpec;
import dev.primeline.workflows.experiment.ExperimentSpec;
import dev.primeline.workflows.experiment.Extension;
import dev.primeline.workflows.experiment.LearningRateChange;
import dev.primeline.workflows.experiment.SpecReader;
import dev.primeline.workflows.experiment.TrainingSettings;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * A run that begins from another run's checkpoints: each of its trainings is a branch of the
 * other's training, which stays as it is. The name follows from parent and change, so the same
 * command finds the same branch.
 *
 * @param id the branch's run id
 * @param typed its specification as a user would type it
 * @param spec the same with every value decided
 */
public record RunBranch(String id, ObjectNode typed, ExperimentSpec spec) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * From when on the settings differ, and how.
   *
   * @param steps to do in all
   * @param learningRate of the branch's first step
   * @param finalLearningRate of its last
   */
  private record Change(long steps, double learningRate, double finalLearningRate) {}

  /**
   * More steps for a run. The learning rate goes on from the value that the run's schedule has
   * where the branch begins.
   *
   * @throws BadInput when the run cannot be extended so
   */
  public static RunBranch extend(ArtifactStore store, String run, Extension extension)
      throws IOException {
    List<BranchParent> parents = BranchParent.of(store, run, extension.fromStep());
    for (BranchParent parent : parents) {
      refuse(run, parent, extension);
    }
    BranchParent first = parents.get(0);
    TrainingSettings settings = first.training().settings();
    double rate = new Schedule(first.training()).learningRate(first.checkpoint().step());
    if (rate == 0) {
      throw new BadInput(
          "run %s ends with learning rate 0, and more steps would teach nothing: expected"
                  .formatted(run)
              + " a step before its end to begin from, or another learning rate");
    }
    return of(
        store,
        run,
        parents,
        new Change(extension.steps(), rate, Math.min(rate, settings.finalLearningRate())));
  }

  private static void refuse(String run, BranchParent parent, Extension extension) {
    long theirs = parent.training().settings().steps();
    if (extension.fromStep() == null && !parent.finished()) {
      throw new BadInput(
          "run %s: %s is at step %d of %d, expected a finished run (primeline continue %s) or a step to begin from"
              .formatted(
                  run, parent.training().family().name(), parent.checkpoint().step(), theirs, run));
    }
    if (extension.steps() <= theirs) {
      throw new BadInput(
          "steps: %d, expected more than the run's %d: the number counts all steps"
              .formatted(extension.steps(), theirs));
    }
  }

  /**
   * Another learning rate for the rest of a run.
   *
   * @throws BadInput when the run has no rest or the rate cannot be meant
   */
  public static RunBranch changeLearningRate(
      ArtifactStore store, String run, LearningRateChange change) throws IOException {
    List<BranchParent> parents = BranchParent.of(store, run, change.fromStep());
    for (BranchParent parent : parents) {
      if (parent.finished()) {
        throw new BadInput(
            "run %s: %s has done all of its %d steps, expected a step before the last to begin from"
                .formatted(
                    run, parent.training().family().name(), parent.training().settings().steps()));
      }
    }
    TrainingSettings settings = parents.get(0).training().settings();
    double share = settings.finalLearningRate() / settings.learningRate();
    Double last = change.finalLearningRate();
    return of(
        store,
        run,
        parents,
        new Change(
            settings.steps(),
            change.learningRate(),
            last == null ? share * change.learningRate() : last));
  }

  /** The branch of a run that begins at these checkpoints and goes on like this. */
  private static RunBranch of(
      ArtifactStore store, String run, List<BranchParent> parents, Change change)
      throws IOException {
    ObjectNode typed = new StoredRuns(store).require(run).typed();
    if (typed.path("corpus").get("airflow") instanceof ObjectNode airflow && !airflow.has("run")) {
      // The same text, and no other DAG run.
      airflow.put("run", run);
    }
    ObjectNode training = (ObjectNode) typed.get("training");
    training.put("steps", change.steps());
    training.put("learningRate", change.learningRate());
    training.put("finalLearningRate", change.finalLearningRate());
    List<BranchPoint> points =
        parents.stream()
            .map(
                parent ->
                    new BranchPoint(
                        parent.training().family().name(),
                        parent.training().hash(),
                        parent.checkpoint().step(),
                        parent.checkpoint().manifest()))
            .toList();
    BranchSpec branch = new BranchSpec(run, parents.get(0).training().corpusHash(), points);
    typed.set("branch", JSON.valueToTree(branch));
    ExperimentSpec spec = SpecReader.read(typed);
    long step = points.stream().mapToLong(BranchPoint::step).min().orElseThrow();
    String id = "%s-from-%d-%s".formatted(run, step, Hashes.key(spec).substring(0, 8));
    return new RunBranch(id, typed, spec);
  }

  /** One line about it. */
  public String announcement() {
    BranchSpec branch = spec.branch();
    return String.format(
        Locale.ROOT,
        "%s: a branch of %s to step %d, learning rate %.3g to %.3g",
        id,
        branch == null ? "" : branch.run(),
        spec.training().steps(),
        spec.training().learningRate(),
        spec.training().finalLearningRate());
  }
}
