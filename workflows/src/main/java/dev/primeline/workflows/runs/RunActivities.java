package dev.primeline.workflows.runs;

import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;

/** Keeps the record of a run, so that the store alone knows what it was meant to do. */
@ActivityInterface
public interface RunActivities {

  /**
   * Writes what is not on record yet; nothing on record is ever replaced. Fails as {@code BadInput}
   * when the name belongs to a run with another specification.
   */
  @ActivityMethod(name = "RecordRun")
  void putOnRecord(RunRequest request);
}
