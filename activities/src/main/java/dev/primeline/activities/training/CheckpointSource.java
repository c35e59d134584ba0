package dev.primeline.activities.training;

import java.io.IOException;
import java.util.Optional;

/** Finds the state to continue from. */
public interface CheckpointSource {

  /**
   * The highest committed step that verifies; on a branch without one the checkpoint that it begins
   * from, which must be whole; or nothing for a new training.
   */
  Optional<Found> latest() throws IOException;

  /**
   * A verified checkpoint.
   *
   * @param checkpoint its references
   * @param state its content
   */
  record Found(SavedCheckpoint checkpoint, TrainingState state) {}
}
