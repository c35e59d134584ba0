package dev.primeline.workflows.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import org.jspecify.annotations.Nullable;

/** Trained models on held-out texts: the zero-shot perplexities of the papers' tables. */
@WorkflowInterface
public interface EvaluationWorkflow {

  /**
   * Scores every model on every text.
   *
   * @param request {@code {"checkpoints": ["RUN/FAMILY"], "heldout": {"wikitext2": "FILE"},
   *     "split": "file", "draws": 4, "maskError": 0.005, "maxTokens": 0, "tokenMaskDraws": 0,
   *     "samplerSteps": 0}}; only the first two must be there
   */
  @WorkflowMethod(name = "Evaluation")
  TextScoresResult run(@Nullable JsonNode request);
}
