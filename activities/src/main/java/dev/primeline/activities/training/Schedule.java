package dev.primeline.activities.training;

import dev.primeline.activities.model.StepSettings;
import dev.primeline.workflows.experiment.TrainingSettings;

/**
 * What the optimiser is told at each step. The learning rate: linear warm-up, then a cosine down to
 * the final rate at the last step.
 */
final class Schedule {

  private final TrainingSettings settings;

  Schedule(TrainingSettings settings) {
    this.settings = settings;
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

  /** The rate of the step with this index, 0 being the first. */
  double learningRate(long step) {
    double peak = settings.learningRate();
    if (step < settings.warmupSteps()) {
      return peak * (step + 1) / settings.warmupSteps();
    }
    long span = Math.max(1, settings.steps() - 1 - settings.warmupSteps());
    double progress = Math.min(1, (double) (step - settings.warmupSteps()) / span);
    double share = 0.5 * (1 + Math.cos(Math.PI * progress));
    return settings.finalLearningRate() + (peak - settings.finalLearningRate()) * share;
  }
}
