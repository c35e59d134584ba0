package dev.primeline.activities.training;

import dev.primeline.activities.model.Denoiser;

/** Scores the fixed held-out subset. */
public interface HeldoutScore {

  /** The NELBO (ARM: exact NLL) on the subset, always with the same masks. */
  Score of(Denoiser denoiser);

  /**
   * A held-out score.
   *
   * @param natsPerToken the bound
   * @param maskError standard error of the mask draws
   */
  record Score(double natsPerToken, double maskError) {}
}
