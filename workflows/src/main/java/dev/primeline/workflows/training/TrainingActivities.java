package dev.primeline.workflows.training;

import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;

/** Trains on a device; heartbeats a {@link TrainingProgress}. */
@ActivityInterface
public interface TrainingActivities {

  /**
   * Trains until the last step or the segment's time is up; every return is at a committed
   * checkpoint.
   */
  @ActivityMethod(name = "TrainSegment")
  SegmentResult trainSegment(SegmentRequest request);
}
