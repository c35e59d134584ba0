package dev.primeline.workflows.generation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.primeline.workflows.steps.StepOptions;
import io.temporal.workflow.Workflow;
import org.jspecify.annotations.Nullable;

/** One step on a device. */
public final class GenerationWorkflowImpl implements GenerationWorkflow {

  private final GenerationActivities activities =
      Workflow.newActivityStub(GenerationActivities.class, StepOptions.onDevice("write the texts"));

  @Override
  public GenerationResult run(@Nullable JsonNode request) {
    return activities.generate(request);
  }
}
