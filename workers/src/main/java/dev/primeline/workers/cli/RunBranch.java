package dev.primeline.workers.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.DamagedArtifactException;
import dev.primeline.activities.checkpoints.CommittedCheckpoint;
import dev.primeline.activities.checkpoints.TrainingBranch;
import dev.primeline.activities.runs.RunRecord;
import dev.primeline.activities.runs.StoredRuns;
import dev.primeline.activities.training.SavedCheckpoint;
import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.BranchPoint;
import dev.primeline.workflows.experiment.BranchSpec;
import dev.primeline.workflows.experiment.ExperimentSpec;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.SpecReader;
import dev.primeline.workflows.training.TrainingSpec;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A run that begins from another run's checkpoints: each of its trainings is a branch of the
 * other's training, which stays as it is. The name follows from parent and change, so the same
 * command finds the same branch.
 *
 * @param id the branch's run id
 * @param typed its specification as a user would type it
 * @param spec the same with every value decided
 */
record RunBranch(String id, ObjectNode typed, ExperimentSpec spec) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * A training of the other run and the checkpoint of it to begin from.
   *
   * @param training the parent
   * @param checkpoint whole when it was looked at
   */
  record Parent(TrainingSpec training, SavedCheckpoint checkpoint) {

    boolean finished() {
      return checkpoint.step() == training.settings().steps();
    }
  }

  /**
   * From when on the settings differ, and how.
   *
   * @param steps to do in all
   * @param learningRate of the branch's first step
   * @param finalLearningRate of its last
   */
  record Change(long steps, double learningRate, double finalLearningRate) {}

  /**
   * Finds where to begin, for each family of a run.
   *
   * @param atStep the step; null for the newest checkpoint that is whole
   * @throws BadInput when a family has no such checkpoint
   */
  static List<Parent> parents(ArtifactStore store, String run, @Nullable Long atStep)
      throws IOException {
    RunRecord record = new StoredRuns(store).require(run);
    List<TrainingSpec> trainings = record.trainings();
    List<Parent> parents = new ArrayList<>();
    for (Family family : record.specification().families()) {
      List<TrainingSpec> its =
          trainings.stream().filter(t -> t.family().name().equals(family.name())).toList();
      if (its.size() != 1) {
        throw new BadInput(
            "run %s has %d trainings of %s, expected one: %s"
                .formatted(
                    run,
                    its.size(),
                    family.name(),
                    its.isEmpty()
                        ? "it has not begun"
                        : "its text changed between two starts of the run"));
      }
      parents.add(new Parent(its.get(0), checkpoint(store, its.get(0), atStep)));
    }
    return parents;
  }

  /**
   * A checkpoint of a training that is whole.
   *
   * @param atStep the step; null for the newest
   * @throws BadInput when there is none
   */
  static SavedCheckpoint checkpoint(
      ArtifactStore store, TrainingSpec training, @Nullable Long atStep) throws IOException {
    List<TrainingBranch.Commit> newestFirst =
        new ArrayList<>(new TrainingBranch(store, training.hash(), training.branch()).commits());
    Collections.reverse(newestFirst);
    List<Long> steps = new ArrayList<>();
    for (TrainingBranch.Commit commit : newestFirst) {
      steps.add(0, commit.step());
      if (atStep == null || atStep == commit.step()) {
        try {
          CommittedCheckpoint checkpoint = CommittedCheckpoint.open(store, commit.manifest());
          checkpoint.verify();
          return checkpoint.saved();
        } catch (DamagedArtifactException | NoSuchFileException damaged) {
          steps.remove(0);
        }
      }
    }
    throw new BadInput(
        atStep == null
            ? "%s has no whole checkpoint, expected one to begin from"
                .formatted(training.family().name())
            : "--from-step: %s has no whole checkpoint at step %d, expected one of %s"
                .formatted(training.family().name(), atStep, steps));
  }

  /** The branch of a run that begins at these checkpoints and goes on like this. */
  static RunBranch of(ArtifactStore store, String run, List<Parent> parents, Change change)
      throws IOException {
    ObjectNode typed = new StoredRuns(store).require(run).typed();
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
  String announcement() {
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
