package dev.primeline.workflows.pretraining;

import com.fasterxml.jackson.databind.JsonNode;
import dev.primeline.workflows.training.TrainingProgress;
import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.UpdateMethod;
import io.temporal.workflow.UpdateValidatorMethod;
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

  /**
   * Lets every training of this run save a checkpoint and free its device, until {@link #resume}; a
   * training that another run shares pauses for both.
   */
  @UpdateMethod(name = "pause", description = "trainings save a checkpoint and free their devices")
  void pause();

  /** Refuses what is paused or about to end. */
  @UpdateValidatorMethod(updateName = "pause")
  void mayPause();

  /** Goes on after a pause. */
  @UpdateMethod(name = "resume", description = "go on after a pause")
  void resume();

  /** Refuses what is not paused. */
  @UpdateValidatorMethod(updateName = "resume")
  void mayResume();

  /** Lets every training save a checkpoint and end; the same run, started again, goes on there. */
  @UpdateMethod(name = "stopAfterCheckpoint", description = "trainings save a checkpoint and end")
  void stopAfterCheckpoint();

  /** Refuses what is about to end. */
  @UpdateValidatorMethod(updateName = "stopAfterCheckpoint")
  void mayStopAfterCheckpoint();

  /**
   * Begins a run with more steps at this run's checkpoints; this run stays as it is. Without {@code
   * fromStep} it waits for this run's trainings to be done.
   *
   * @param extension {@code {"steps": 4000, "fromStep": 1500}}
   * @return the workflow id of the other run, which has begun
   */
  @UpdateMethod(
      name = "extend",
      description =
          "{\"steps\": 4000, \"fromStep\": 1500}: a run with more steps begins at this run's"
              + " checkpoints; without fromStep at the last ones, when they are there")
  String extend(@Nullable JsonNode extension);

  /** Refuses what cannot be meant. */
  @UpdateValidatorMethod(updateName = "extend")
  void mayExtend(@Nullable JsonNode extension);

  /**
   * Begins a run with another learning rate at this run's checkpoints; this run goes on as it is.
   *
   * @param change {@code {"learningRate": 5e-4, "finalLearningRate": 5e-5, "fromStep": 1500}}
   * @return the workflow id of the other run, which has begun
   */
  @UpdateMethod(
      name = "changeLearningRate",
      description =
          "{\"learningRate\": 5e-4, \"fromStep\": 1500}: a run with another rate begins at this"
              + " run's checkpoints, without fromStep at the newest; then stopAfterCheckpoint may"
              + " end this one")
  String changeLearningRate(@Nullable JsonNode change);

  /** Refuses what cannot be meant. */
  @UpdateValidatorMethod(updateName = "changeLearningRate")
  void mayChangeLearningRate(@Nullable JsonNode change);

  /** Where the run stands. */
  @QueryMethod(name = "progress", description = "stage, and step, loss, NELBO of each family")
  PretrainingProgress progress();
}
