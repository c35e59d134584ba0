package dev.primeline.activities.perplexity;

import dev.primeline.workflows.evaluation.FamilyScores;
import java.util.List;

/**
 * A model's score on a text.
 *
 * @param checkpoint as it was asked for
 * @param step of the checkpoint
 * @param text its name
 * @param uri where it is
 * @param bound {@code "="} for an exact likelihood (ARM), {@code "<="} for an upper bound
 * @param scores the numbers
 * @param alarms a sentence for each alarm that fired: then the numbers must not be believed
 * @param evaluation key of the stored evaluation, with every window's own bound
 */
public record TextScore(
    String checkpoint,
    long step,
    String text,
    String uri,
    String bound,
    FamilyScores scores,
    List<String> alarms,
    String evaluation) {

  public TextScore {
    alarms = List.copyOf(alarms);
  }
}
