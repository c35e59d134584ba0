package dev.primeline.activities.tasks;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A question with its choices priced; a line of a task's log.
 *
 * @param question number in the file, from 0
 * @param place file and line
 * @param gold index of the right choice
 * @param truncated tokens of the context that did not fit the window and were left out, at its
 *     beginning
 * @param choices in the file's order
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Answer(
    int question, String place, int gold, int truncated, List<PricedChoice> choices) {

  public Answer {
    choices = List.copyOf(choices);
  }

  /** Whether the right choice costs least. */
  boolean right() {
    return cheapest(PricedChoice::nats);
  }

  /** Whether it costs least per character. */
  boolean rightPerCharacter() {
    return cheapest(choice -> choice.nats() / choice.characters());
  }

  /** Whether it costs least per byte. */
  boolean rightPerByte() {
    return cheapest(choice -> choice.nats() / choice.bytes());
  }

  /** The first of equally cheap choices counts, as in the harness. */
  private boolean cheapest(ToDoubleFunction<PricedChoice> cost) {
    int best = 0;
    for (int i = 1; i < choices.size(); i++) {
      if (cost.applyAsDouble(choices.get(i)) < cost.applyAsDouble(choices.get(best))) {
        best = i;
      }
    }
    return best == gold;
  }
}
