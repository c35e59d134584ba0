package dev.primeline.activities.training;

import dev.primeline.activities.model.StepSettings;
import dev.primeline.workflows.experiment.BranchPoint;
import dev.primeline.workflows.experiment.TrainingSettings;
import dev.primeline.workflows.training.TrainingSpec;

/**
 * What the optimiser is told at each step. The learning rate: linear warm-up, then a cosine from
 * {@code learningRate} down to {@code finalLearningRate} at the last step.
 *
 * <p>A branch has no warm-up: its cosine goes from {@code learningRate} at its first own step down
 * to {@code finalLearningRate} at its last. To extend a training, {@code learningRate} is the rate
 * that the parent's schedule has at that step; after the parent's last step that is its final rate,
 * and where both are equal the rate stays as it is.
 */
public final class Schedule {

  private final TrainingSettings settings;
  private final double rate;
  private final double finalRate;

  /** Index of the step with the highest rate. */
  private final long top;

  private final long last;
  private final boolean rising;

  public Schedule(TrainingSpec training) {
    BranchPoint from = training.from();
    settings = training.settings();
    rate = training.settings().learningRate();
    finalRate = training.settings().finalLearningRate();
    top = from == null ? training.settings().warmupSteps() : from.step();
    last = training.settings().steps() - 1;
    rising = from == null;
  }

  /** The settings of the step with this index, 0 being the first. */
  StepSettings at(long step) {
    return new StepSettings(
        learningRate(step),
        settings.weightDecay(),
        settings.beta1(),
        settings.beta2(),
        settings.epsilon(),
        settings.clip(),
        settings.emaDecay(),
        settings.precision());
  }

  /**
   * The rate of the step with this index, 0 being the first; after the last one, the final rate.
   */
  public double learningRate(long step) {
    if (rising && step < top) {
      return rate * (step + 1) / top;
    }
    long span = Math.max(1, last - top);
    double progress = Math.min(1, (double) (step - top) / span);
    double share = 0.5 * (1 + Math.cos(Math.PI * progress));
    return finalRate + (rate - finalRate) * share;
  }
}
