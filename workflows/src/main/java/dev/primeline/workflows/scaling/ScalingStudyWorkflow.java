package dev.primeline.workflows.scaling;

import com.fasterxml.jackson.databind.JsonNode;
import dev.primeline.workflows.training.TrainingProgress;
import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.UpdateMethod;
import io.temporal.workflow.UpdateValidatorMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import org.jspecify.annotations.Nullable;

/** A scaling study from text to report. Its workflow id is the study's name. */
@WorkflowInterface
public interface ScalingStudyWorkflow {

  /**
   * Trains every point of the study, and reports. A point that is trained already, by whichever
   * study or run, is found again.
   *
   * @param spec one JSON object laid over a preset; null and {@code {}} mean the smallest preset
   */
  @WorkflowMethod(name = "ScalingStudy")
  StudyResult run(@Nullable JsonNode spec);

  /** A training of this study tells where it stands. */
  @SignalMethod(name = "progressed", description = "sent by the study's trainings")
  void progressed(TrainingProgress progress);

  /** Lets every training save a checkpoint and free its device, until {@link #resume}. */
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

  /**
   * Begins no more points, lets those under way save a checkpoint and end, and reports on what is
   * there; the same study started again goes on.
   */
  @UpdateMethod(name = "finishEarly", description = "report on the points that are there")
  void finishEarly();

  /** Refuses what is about to end. */
  @UpdateValidatorMethod(updateName = "finishEarly")
  void mayFinishEarly();

  /** Where the study stands. */
  @QueryMethod(name = "progress", description = "points done, trainings under way, what happened")
  StudyProgress progress();
}
