package dev.primeline.workflows.training;

import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.UpdateMethod;
import io.temporal.workflow.UpdateValidatorMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Trains one model as a chain of bounded segments; its id is {@link #workflowId}. */
@WorkflowInterface
public interface TrainingWorkflow {

  /**
   * Trains to the last step. Losing workers never fails it; {@link TrainingWorkflowImpl} says what
   * does.
   */
  @WorkflowMethod(name = "Training")
  SegmentResult run(TrainingSpec spec);

  /** A segment tells where it stands: at commits, and at most some 500 times in between. */
  @SignalMethod(name = "progressed", description = "sent by the training segment")
  void progressed(TrainingProgress progress);

  /** A segment tells that it is about to train, and where. */
  @SignalMethod(name = "began", description = "sent by the training segment")
  void began(SegmentBegan began);

  /** A run that this training belongs to asks something of it; what changes nothing is ignored. */
  @SignalMethod(name = "asked", description = "sent by the run: PAUSE, RESUME or STOP")
  void asked(Asked what);

  /**
   * Saves a checkpoint and frees the device, until {@link #resume}.
   *
   * @return the step of the last checkpoint, -1 when there is none; the device is free then
   */
  @UpdateMethod(name = "pause", description = "save a checkpoint and free the device")
  long pause();

  /** Refuses what is paused or about to end. */
  @UpdateValidatorMethod(updateName = "pause")
  void mayPause();

  /** Goes on after a pause, from the last checkpoint. */
  @UpdateMethod(name = "resume", description = "go on after a pause")
  void resume();

  /** Refuses what is not paused. */
  @UpdateValidatorMethod(updateName = "resume")
  void mayResume();

  /**
   * Saves a checkpoint and ends this training as cancelled; the same training, started again, goes
   * on from there.
   *
   * @return the step of the last checkpoint, -1 when there is none
   */
  @UpdateMethod(name = "stopAfterCheckpoint", description = "save a checkpoint and end")
  long stopAfterCheckpoint();

  /** Refuses what is about to end. */
  @UpdateValidatorMethod(updateName = "stopAfterCheckpoint")
  void mayStopAfterCheckpoint();

  /** Where the training stands. */
  @QueryMethod(name = "progress", description = "step, loss, held-out NELBO, tokens/s, ETA")
  TrainingProgress progress();

  /** Equal trainings have equal ids, so they can never run twice at once. */
  static String workflowId(TrainingSpec spec) {
    return "training/" + spec.hash() + "/" + spec.branch();
  }
}
