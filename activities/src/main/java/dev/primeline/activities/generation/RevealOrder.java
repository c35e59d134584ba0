package dev.primeline.activities.generation;

import dev.primeline.workflows.experiment.BadInput;
import java.util.Locale;

/** Which digits a step of the reverse process reveals. */
public enum RevealOrder {
  /** Each masked digit with the same probability: the process that the bound is about. */
  RANDOM,
  /** The digits of which the model is surest; no longer a sample of the model's distribution. */
  CONFIDENCE;

  /**
   * The order of a name.
   *
   * @throws BadInput when it is none
   */
  public static RevealOrder of(String name) {
    for (RevealOrder order : values()) {
      if (order.name().toLowerCase(Locale.ROOT).equals(name)) {
        return order;
      }
    }
    throw new BadInput("order: \"%s\", expected random or confidence".formatted(name));
  }
}
