package dev.primeline.activities.training;

import java.io.IOException;
import java.util.List;

/** Takes states to keep. */
public interface CheckpointSink {

  /**
   * Commits a state and the metrics since the save before. When another attempt has committed this
   * step already, its checkpoint is the answer.
   */
  SavedCheckpoint save(TrainingState state, List<StepMetrics> metrics) throws IOException;
}
