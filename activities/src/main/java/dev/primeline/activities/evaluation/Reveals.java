package dev.primeline.activities.evaluation;

import dev.primeline.activities.batches.Batch;

/** Prices the digits that one step of the sampler reveals: a network, or an exact posterior. */
interface Reveals {

  /**
   * Nats per sequence: the sum over positions of {@code -log p(y_G | y_t)}.
   *
   * @param batch y_t
   * @param groups [B, L] the digits G of each position, masked ones; 0 for none
   */
  double[] nats(Batch batch, int[] groups);
}
