package dev.primeline.activities.model;

import dev.primeline.activities.batches.Batch;

/**
 * Prices the masked digits of partly masked sequences: a trained network, or the exact posterior of
 * a known source.
 */
public interface Denoiser {

  /**
   * Costs per sequence, unweighted; the batch's weights are ignored. Never changes the denoiser.
   */
  Costs costs(Batch batch);

  /**
   * Nats per sequence of a batch.
   *
   * @param marginal [B] sum over masked (i, j) of -log p(y_ij | y_t); ARM: the sequence's -log p
   * @param joint [B] sum over positions with a masked digit of -log p(x_i | y_t), the papers' joint
   *     form; equals {@code marginal} at ell = 1; NaN with the sub-token head, which has no token
   *     posterior of its own
   */
  record Costs(double[] marginal, double[] joint) {}
}
