package dev.primeline.workflows.training;

/** What a run asks of its trainings. */
public enum Asked {
  /** Save a checkpoint and free the device. */
  PAUSE,
  /** Go on after a pause. */
  RESUME,
  /** Save a checkpoint and end. */
  STOP
}
