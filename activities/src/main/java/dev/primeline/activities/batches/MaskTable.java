package dev.primeline.activities.batches;

import dev.primeline.activities.subtokens.PhiloxStream;
import dev.primeline.activities.subtokens.StreamPurpose;

/**
 * What is paired between models (METHOD section 3): a rate u per window and a subset stream per
 * (window, draw). Never a count, for n differs between families.
 *
 * @param seed of the table
 * @param draws K, the stratified draws per window
 */
record MaskTable(long seed, int draws) {

  /** Masked digits of n in a window's draw k. */
  int count(int window, int n, int k) {
    double u = new PhiloxStream(seed, StreamPurpose.HELDOUT_COUNT, window).uniform();
    return MaskCounts.stratified(n, u, k, draws);
  }

  /** Decides which digits of a window's draw k are masked. */
  PhiloxStream subset(int window, int k) {
    return new PhiloxStream(seed, StreamPurpose.HELDOUT_SUBSET, ((long) k << 32) | window);
  }
}
