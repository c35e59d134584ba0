package dev.primeline.activities.batches;

import dev.primeline.activities.subtokens.PhiloxStream;
import dev.primeline.activities.tokens.TokenSequence;
import dev.primeline.workflows.experiment.Family;

/** A batch being filled, one sequence after the other. */
final class BatchRows {

  private final TokenSequence source;
  private final int length;
  private final int[] tokens;
  private final int[] masks;
  private final float[] weights;

  BatchRows(TokenSequence source, int sequences, int length) {
    this.source = source;
    this.length = length;
    this.tokens = new int[Math.multiplyExact(sequences, length + 1)];
    this.masks = new int[sequences * length];
    this.weights = new float[sequences];
  }

  /** Puts the separator and the L tokens from {@code start} on into a row. */
  void read(int row, int separator, long start) {
    int column = row * (length + 1);
    tokens[column] = separator;
    source.copy(start, tokens, column + 1, length);
  }

  /** Masks m of the row's digits, with weight n/m. */
  void mask(int row, Family family, int m, PhiloxStream stream) {
    Masks.draw(length, family.ell(), m, stream, masks, row * length);
    weights[row] = (float) ((double) (length * family.ell()) / m);
  }

  /** ARM: scores the whole row, with weight 1. */
  void score(int row) {
    Masks.score(length, masks, row * length);
    weights[row] = 1;
  }

  Batch batch() {
    return new Batch(weights.length, length, tokens, masks, weights);
  }
}
