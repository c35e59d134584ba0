package dev.primeline.activities.batches;

/**
 * Sequences as a step takes them. Sub-tokens are never stored: the network encodes.
 *
 * @param sequences B
 * @param length L, the scored tokens per sequence
 * @param tokens [B, L + 1] row-major; column 0 is the separator, revealed and never scored
 * @param masks [B, L] row-major; bit j set = digit j (0 the most significant) is masked and scored;
 *     0 = revealed context. ARM: every bit 0 set, read as "scored"
 * @param weights [B], nats are multiplied by it: n/m for masked families, 1 for ARM
 */
public record Batch(int sequences, int length, int[] tokens, int[] masks, float[] weights) {

  public Batch {
    if (tokens.length != sequences * (length + 1)
        || masks.length != sequences * length
        || weights.length != sequences) {
      throw new IllegalArgumentException(
          "a batch of %d x %d with %d tokens, %d masks, %d weights"
              .formatted(sequences, length, tokens.length, masks.length, weights.length));
    }
  }
}
