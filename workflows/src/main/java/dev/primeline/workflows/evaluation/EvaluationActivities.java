package dev.primeline.workflows.evaluation;

import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;

/** Scores a checkpoint on held-out text. */
@ActivityInterface
public interface EvaluationActivities {

  /**
   * Scores the checkpoint and runs the alarms; a fired alarm is in the result, not an exception.
   */
  @ActivityMethod(name = "Evaluate")
  EvaluationResult evaluate(EvaluationRequest request);
}
