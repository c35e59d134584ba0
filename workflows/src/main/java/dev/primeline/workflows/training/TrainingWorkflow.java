package dev.primeline.workflows.training;

import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.SignalMethod;
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

  /** Where the training stands. */
  @QueryMethod(name = "progress", description = "step, loss, held-out NELBO, tokens/s, ETA")
  TrainingProgress progress();

  /** Equal trainings have equal ids, so they can never run twice at once. */
  static String workflowId(TrainingSpec spec) {
    return "training/" + spec.hash() + "/" + spec.branch();
  }
}
