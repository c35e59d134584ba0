package dev.primeline.activities.evaluation;

import dev.primeline.workflows.evaluation.FamilyScores.CurvePoint;
import java.util.Arrays;
import java.util.List;

/**
 * What the estimator found, window by window.
 *
 * @param tokens scored tokens
 * @param nelbo estimated bound, nats per window (ARM: the exact negative log-likelihood)
 * @param maskVariance variance over the mask draws of the sum of {@code nelbo} in each block of
 *     windows whose masks depend on each other, most often one window; 0 where no mask is drawn,
 *     NaN where a single draw per window leaves it unknown
 * @param joint the papers' joint form, nats per window: not a bound; NaN where undefined
 * @param curve cost of a masked digit by mask ratio, over all windows
 */
record WindowScores(
    int[] tokens, double[] nelbo, double[] maskVariance, double[] joint, List<CurvePoint> curve) {

  /** Scored tokens of all windows. */
  long totalTokens() {
    return Arrays.stream(tokens).asLongStream().sum();
  }

  /** The bound of the set: sum of nats over sum of tokens, never a mean of ratios. */
  double natsPerToken() {
    return Arrays.stream(nelbo).sum() / totalTokens();
  }

  /** The joint form of the set per token; NaN where undefined. */
  double jointNatsPerToken() {
    return Arrays.stream(joint).sum() / totalTokens();
  }

  /** Standard error of the mask draws on this text, nats per token; NaN where unknown. */
  double maskError() {
    return Math.sqrt(Arrays.stream(maskVariance).sum()) / totalTokens();
  }
}
