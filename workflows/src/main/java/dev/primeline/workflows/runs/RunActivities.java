package dev.primeline.workflows.runs;

import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;

/**
 * Keeps the record of a run, so that the store alone knows what it was meant to do, and plans from
 * it runs that begin at its checkpoints. Planning changes nothing.
 */
@ActivityInterface
public interface RunActivities {

  /**
   * Writes what is not on record yet; nothing on record is ever replaced. Fails as {@code BadInput}
   * when the name belongs to a run with another specification.
   */
  @ActivityMethod(name = "RecordRun")
  void putOnRecord(RunRequest request);

  /** Plans more steps for a run. Fails as {@code BadInput} when they cannot be. */
  @ActivityMethod(name = "PlanExtension")
  PlannedBranch planExtension(ExtensionRequest request);

  /** Plans another learning rate for a run. Fails as {@code BadInput} when it cannot be. */
  @ActivityMethod(name = "PlanLearningRate")
  PlannedBranch planLearningRate(LearningRateRequest request);
}
