package dev.primeline.workflows.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.primeline.workflows.steps.FailureKind;
import dev.primeline.workflows.steps.StepOptions;
import io.temporal.workflow.Workflow;
import org.jspecify.annotations.Nullable;

/**
 * One step on a device. It remembers its forward passes in the store: tried again, it goes on where
 * it was.
 */
public final class EvaluationWorkflowImpl implements EvaluationWorkflow {

  private final TextScoreActivities activities =
      Workflow.newActivityStub(
          TextScoreActivities.class, StepOptions.onDevice("score the held-out texts"));

  @Override
  public TextScoresResult run(@Nullable JsonNode request) {
    TextScoresResult result = activities.score(request);
    if (!result.alarms().isEmpty()) {
      throw FailureKind.SELF_CHECK_FAILED.because(
          "%s; all scores are in %s".formatted(result.alarms().get(0), result.json().key()));
    }
    return result;
  }
}
