package dev.primeline.activities.training;

import dev.primeline.activities.batches.Batch;
import dev.primeline.activities.model.StepResult;
import dev.primeline.workflows.experiment.Family;
import java.util.Locale;
import java.util.Optional;

/**
 * Tells a step that ruins a training from one that is merely unlucky. A step is bad when
 *
 * <ul>
 *   <li>its loss or its gradient's norm is not finite; or
 *   <li>its loss is a spike: above {@code max(U, 5 M) + 20 s} nats per token, once {@value
 *       TrainingPast#REMEMBERED} steps were taken.
 * </ul>
 *
 * <p>U is the loss of knowing nothing, ell log b; M the median of the last {@value
 * TrainingPast#REMEMBERED} losses; s what one nat in the batch's heaviest sequence adds to the loss
 * (its weight, n/m, over B L). A sequence that a calibrated model finds 20 nats dearer than usual
 * comes once in e^20, so what a small batch or a nearly full reveal does to the loss is no spike,
 * and a training that learns at all never has one.
 *
 * <p>The rule's numbers are constants and no settings: they decide weights, and a training that
 * never meets a bad step has the same weights under any of them. Whoever changes one makes a new
 * format version of the training's key.
 */
final class LossGuard {

  /** So many bad steps within {@link #WITHIN} are undone; the next one ends the training. */
  static final int MOST = 3;

  static final long WITHIN = 1000;

  private static final double TIMES_THE_MEDIAN = 5;
  private static final double NATS = 20;

  private final double knowingNothing;

  LossGuard(Family family) {
    knowingNothing = family.ell() * Math.log(family.base());
  }

  /** What was expected of a bad step; nothing for a good one. */
  Optional<String> complaint(TrainingPast past, Batch batch, StepResult result) {
    if (!Double.isFinite(result.loss()) || !Double.isFinite(result.gradientNorm())) {
      return Optional.of("finite numbers");
    }
    if (past.losses().size() < TrainingPast.REMEMBERED) {
      return Optional.empty();
    }
    double median =
        past.losses().stream().sorted().skip(TrainingPast.REMEMBERED / 2).findFirst().orElseThrow();
    double most = Math.max(knowingNothing, TIMES_THE_MEDIAN * median) + NATS * heaviestShare(batch);
    return result.loss() > most
        ? Optional.of(
            String.format(
                Locale.ROOT, "a loss of at most %.4g where the median is %.4g", most, median))
        : Optional.empty();
  }

  private static double heaviestShare(Batch batch) {
    float heaviest = 0;
    for (float weight : batch.weights()) {
      heaviest = Math.max(heaviest, weight);
    }
    return heaviest / ((double) batch.sequences() * batch.length());
  }
}
