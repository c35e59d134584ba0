package dev.primeline.activities.evaluation;

import dev.primeline.workflows.evaluation.SelfCheck.Alarm;

/**
 * Alarm (c) of METHOD section 2: on held-out sequences of a known source no model's bound lies
 * below the truth on average. Only a wrong estimator can, or a model that has seen the sequences.
 */
final class ModelAlarm {

  private ModelAlarm() {}

  /**
   * Fires below -5 standard errors of the paired differences.
   *
   * @param nelbo [N] nats per held-out sequence, as scored
   * @param truth [N] -log q of the same sequences
   */
  static Alarm check(double[] nelbo, double[] truth) {
    PairedNats paired = PairedNats.of(nelbo, truth);
    return new Alarm(
        "model",
        paired.below(),
        "the model's bound minus the source's -log q is "
            + paired
            + ", which must not be negative");
  }
}
