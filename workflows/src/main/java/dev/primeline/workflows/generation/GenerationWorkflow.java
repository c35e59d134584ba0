package dev.primeline.workflows.generation;

import com.fasterxml.jackson.databind.JsonNode;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import org.jspecify.annotations.Nullable;

/** Texts of a trained model, many at once. */
@WorkflowInterface
public interface GenerationWorkflow {

  /**
   * Writes the texts.
   *
   * @param request {@code {"checkpoint": "RUN/FAMILY", "prompts": [{"prompt": "Once", "suffix":
   *     "."}], "samples": 2, "tokens": 40, "steps": 64, "order": "random", "temperature": 1,
   *     "topP": 1, "seed": 1}}; only the checkpoint must be there
   */
  @WorkflowMethod(name = "Generation")
  GenerationResult run(@Nullable JsonNode request);
}
