package dev.primeline.activities.training;

import java.io.IOException;
import java.util.List;

/** Takes states to keep. */
public interface CheckpointSink {

  /**
   * Commits a state and the metrics since the save before. After a failure the same state may be
   * saved again.
   *
   * @throws SupersededException when another execution has committed this step or a later one
   * @throws IOException when the store fails
   */
  SavedCheckpoint save(TrainingState state, List<StepMetrics> metrics) throws IOException;
}
