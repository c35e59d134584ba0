package dev.primeline.activities.training;

import dev.primeline.workflows.training.TrainingProgress;

/**
 * Hears where one training stands while it runs here: for whoever watches the machine. Called on
 * the training's thread, so it must return at once and throw nothing.
 */
public interface MetricSink extends AutoCloseable {

  /** A stretch of it begins, at the step and the commit that it goes on from. */
  void began(TrainingProgress progress);

  /**
   * It has taken a step, or a checkpoint was committed.
   *
   * @param skippedBatches passed over so far, in all its stretches
   * @param stalledSeconds that this stretch has waited for its checkpoints
   */
  void after(TrainingProgress progress, int skippedBatches, double stalledSeconds);

  /** The stretch is over. */
  @Override
  void close();
}
