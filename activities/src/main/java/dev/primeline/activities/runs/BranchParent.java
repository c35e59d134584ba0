package dev.primeline.activities.runs;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.DamagedArtifactException;
import dev.primeline.activities.checkpoints.CommittedCheckpoint;
import dev.primeline.activities.checkpoints.TrainingBranch;
import dev.primeline.activities.training.SavedCheckpoint;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.training.TrainingSpec;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A training of a run and the checkpoint of it to begin from.
 *
 * @param training the parent
 * @param checkpoint whole when it was looked at
 */
public record BranchParent(TrainingSpec training, SavedCheckpoint checkpoint) {

  boolean finished() {
    return checkpoint.step() == training.settings().steps();
  }

  /**
   * Finds where to begin, for each family of a run.
   *
   * @param atStep the step; null for the newest checkpoint that is whole
   * @throws BadInput when a family has no such checkpoint
   */
  static List<BranchParent> of(ArtifactStore store, String run, @Nullable Long atStep)
      throws IOException {
    RunRecord record = new StoredRuns(store).require(run);
    List<TrainingSpec> trainings = record.trainings();
    List<BranchParent> parents = new ArrayList<>();
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
      parents.add(new BranchParent(its.get(0), checkpoint(store, its.get(0), atStep)));
    }
    return parents;
  }

  /**
   * A checkpoint of a training that is whole.
   *
   * @param atStep the step; null for the newest
   * @throws BadInput when there is none
   */
  public static SavedCheckpoint checkpoint(
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
            : "%s has no whole checkpoint at step %d, expected one of %s"
                .formatted(training.family().name(), atStep, steps));
  }
}
