package dev.primeline.activities.model;

import dev.primeline.activities.batches.Batch;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;

/**
 * Checks a batch against a network and lays it out as the module takes it: codes, masks, weights.
 */
final class BatchInputs {

  private BatchInputs() {}

  /**
   * Codes [B, L + 1], masks [B, L].
   *
   * @throws IllegalArgumentException when the batch does not fit the network; one sentence
   */
  static TorchModule.Input[] of(NetworkSpec spec, Batch batch) {
    int longest = spec.shape().length();
    if (batch.sequences() < 1 || batch.length() < 1 || batch.length() > longest) {
      throw new IllegalArgumentException(
          "a batch of %d sequences of length %d, expected at least one sequence and a length in [1, %d]"
              .formatted(batch.sequences(), batch.length(), longest));
    }
    long[] codes = new long[batch.tokens().length];
    long[] masks = new long[batch.masks().length];
    codes(spec, batch, codes, 0);
    masks(spec, batch, masks, 0);
    return new TorchModule.Input[] {
      new TorchModule.Input(LongBuffer.wrap(codes), batch.sequences(), batch.length() + 1),
      new TorchModule.Input(LongBuffer.wrap(masks), batch.sequences(), batch.length())
    };
  }

  /** Codes, masks, weights [B]. */
  static TorchModule.Input[] weighted(NetworkSpec spec, Batch batch) {
    TorchModule.Input[] inputs = of(spec, batch);
    return new TorchModule.Input[] {
      inputs[0],
      inputs[1],
      new TorchModule.Input(FloatBuffer.wrap(batch.weights()), batch.sequences())
    };
  }

  /** Writes the codes of a batch's tokens from an offset on. */
  static void codes(NetworkSpec spec, Batch batch, long[] result, int offset) {
    int[] codes = spec.codes();
    for (int i = 0; i < batch.tokens().length; i++) {
      int token = batch.tokens()[i];
      if (token < 0 || token >= codes.length) {
        throw new IllegalArgumentException(
            "sequence %d, column %d: token %d, expected one in [0, %d)"
                .formatted(
                    i / (batch.length() + 1), i % (batch.length() + 1), token, codes.length));
      }
      result[offset + i] = codes[token];
    }
  }

  /** Writes the masks of a batch from an offset on. */
  static void masks(NetworkSpec spec, Batch batch, long[] result, int offset) {
    for (int i = 0; i < batch.masks().length; i++) {
      int mask = batch.masks()[i];
      if (mask >>> spec.family().ell() != 0) {
        throw new IllegalArgumentException(
            "sequence %d, column %d: mask %s, expected at most %d bits"
                .formatted(
                    i / batch.length(),
                    i % batch.length() + 1,
                    Integer.toBinaryString(mask),
                    spec.family().ell()));
      }
      result[offset + i] = mask;
    }
  }
}
