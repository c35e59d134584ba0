package dev.primeline.activities.generation;

import dev.primeline.workflows.experiment.BadInput;

/**
 * How tokens are drawn. Equal settings and an equal model on one machine give equal text.
 *
 * @param steps T of the reverse process; without effect on ARM
 * @param temperature divides the logits; 0 takes the likeliest
 * @param topP only the likeliest values that together have this probability
 * @param order which digits a step reveals; without effect on ARM
 * @param seed of all draws
 */
public record SamplingSettings(
    int steps, double temperature, double topP, RevealOrder order, long seed) {

  /**
   * @throws BadInput when a number is out of its range; one sentence
   */
  public SamplingSettings {
    if (steps < 1) {
      throw new BadInput("steps: %d, expected at least 1".formatted(steps));
    }
    if (!(temperature >= 0 && temperature <= 100)) {
      throw new BadInput(
          "temperature: %s, expected 1 for the model's own distribution, 0 for its likeliest, or another number up to 100"
              .formatted(temperature));
    }
    if (!(topP > 0 && topP <= 1)) {
      throw new BadInput("top-p: %s, expected more than 0 and at most 1".formatted(topP));
    }
  }
}
