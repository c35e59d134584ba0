package dev.primeline.activities.training;

import dev.primeline.workflows.steps.FailureKind;
import dev.primeline.workflows.training.TrainingProgress;
import java.util.Optional;

/** Whoever watches a training, and may stop it. */
interface TrainingObserver {

  /** Called where the training goes on from, before its first step here. */
  void begun(TrainingProgress progress);

  /** Called before every native call; whichever was under way has ended. */
  void nativeCall();

  /** Called when no native call is under way. */
  void nativeCallEnded();

  /** Called after every step; an answer ends the segment at this step, with a checkpoint. */
  Optional<FailureKind> afterStep(TrainingProgress progress);

  /** Called after every commit and held-out score: news that should not wait. */
  void news(TrainingProgress progress);

  /**
   * Called after every step and commit.
   *
   * @param skippedBatches passed over so far
   * @param stalledSeconds that the training has waited for its checkpoints here
   */
  default void measured(TrainingProgress progress, int skippedBatches, double stalledSeconds) {}

  /** Called every second while the training waits for a checkpoint to be stored. */
  default void waiting() {}
}
