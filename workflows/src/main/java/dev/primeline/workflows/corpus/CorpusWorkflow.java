package dev.primeline.workflows.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import org.jspecify.annotations.Nullable;

/** Makes a corpus, alone or as the first part of a run. */
@WorkflowInterface
public interface CorpusWorkflow {

  /**
   * Prepares it, or finds it.
   *
   * @param typed an experiment as a user types it, such as {@code {"corpus": {"uri": "s3://..."}}};
   *     its corpus, its window length and its seed matter
   * @param cursor null, except for a part of a run, or where a long history was left behind; then
   *     nothing is read of what was typed
   */
  @WorkflowMethod(name = "CorpusPreparation")
  CorpusResult run(@Nullable JsonNode typed, @Nullable CorpusCursor cursor);

  /** How far it is. */
  @QueryMethod(name = "progress", description = "Stage, bytes, tokens, speed and time left.")
  CorpusProgress progress();
}
