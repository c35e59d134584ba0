package dev.primeline.activities.tasks;

import java.util.List;

/**
 * A question as a model is asked it.
 *
 * @param place file and line, or file and number, for messages
 * @param context before every choice
 * @param choices as they are counted; a space stands between context and choice
 * @param gold index of the right one
 */
public record Question(String place, String context, List<String> choices, int gold) {

  public Question {
    choices = List.copyOf(choices);
  }
}
