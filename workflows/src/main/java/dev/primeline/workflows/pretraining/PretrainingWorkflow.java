package dev.primeline.workflows.pretraining;

import com.fasterxml.jackson.databind.JsonNode;
import dev.primeline.workflows.training.TrainingProgress;
import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import org.jspecify.annotations.Nullable;

/** One experiment from text to report. Its workflow id is the run id. */
@WorkflowInterface
public interface PretrainingWorkflow {

  /**
   * Runs the experiment.
   *
   * @param spec one JSON object laid over a preset; null and {@code {}} mean the quickstart
   */
  @WorkflowMethod(name = "Pretraining")
  PretrainingResult run(@Nullable JsonNode spec);

  /** A training of this run tells where it stands. */
  @SignalMethod(name = "progressed", description = "sent by the run's trainings")
  void progressed(TrainingProgress progress);

  /** Where the run stands. */
  @QueryMethod(name = "progress", description = "stage, and step, loss, NELBO of each family")
  PretrainingProgress progress();
}
