package dev.primeline.activities.batches;

import dev.primeline.activities.subtokens.PhiloxStream;
import dev.primeline.workflows.experiment.Family;
import java.util.Arrays;

/**
 * Continuations of a known context under a fixed mask table (METHOD sections 5 and 8): the context
 * is revealed, and n counts the digits of the continuation alone.
 */
public final class Continuations {

  private Continuations() {}

  /**
   * One continuation, a row per draw: all choices of a question get the same rates and, where they
   * are as long, the very same masks. Weights are n/m. ARM has one row, exact; so has a
   * continuation of a single digit.
   *
   * @param separator column 0, revealed
   * @param continuation at least one token
   * @param question whose entry of the table counts
   * @param draws K, the stratified draws
   */
  public static Batch batch(
      int separator,
      int[] context,
      int[] continuation,
      Family family,
      int question,
      int draws,
      long tableSeed) {
    int digits = continuation.length * family.ell();
    int rows = family.autoregressive() || digits == 1 ? 1 : draws;
    int length = context.length + continuation.length;
    int[] tokens = new int[rows * (length + 1)];
    int[] masks = new int[rows * length];
    float[] weights = new float[rows];
    MaskTable table = new MaskTable(tableSeed, rows);
    for (int row = 0; row < rows; row++) {
      int start = row * (length + 1);
      tokens[start] = separator;
      System.arraycopy(context, 0, tokens, start + 1, context.length);
      System.arraycopy(continuation, 0, tokens, start + 1 + context.length, continuation.length);
      int first = row * length + context.length;
      if (family.autoregressive()) {
        Arrays.fill(masks, first, first + continuation.length, 1);
        weights[row] = 1;
      } else {
        int m = table.count(question, digits, row);
        PhiloxStream subset = table.subset(question, row);
        Masks.draw(continuation.length, family.ell(), m, subset, masks, first);
        weights[row] = (float) digits / m;
      }
    }
    return new Batch(rows, length, tokens, masks, weights);
  }
}
