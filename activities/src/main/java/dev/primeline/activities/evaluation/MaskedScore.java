package dev.primeline.activities.evaluation;

import dev.primeline.activities.batches.HeldoutWindows;
import dev.primeline.activities.model.Denoiser;
import dev.primeline.workflows.experiment.EvaluationSettings;
import dev.primeline.workflows.experiment.Family;
import java.util.function.DoubleConsumer;

/**
 * The score as an evaluation's settings ask for it: K stratified draws per window, or draws spread
 * over all windows until the mask error is small enough. The alarms go the same way.
 */
final class MaskedScore {

  /** Of a window; what has not become exact enough then is said to be so. */
  private static final int MOST_ROUNDS = 512;

  private MaskedScore() {}

  /**
   * Scores every window.
   *
   * @param separator column 0 of every window
   * @param progress told the fraction done after each forward pass
   */
  static ExactCountNelbo.Reached of(
      Denoiser denoiser,
      HeldoutWindows windows,
      Family family,
      int separator,
      EvaluationSettings settings,
      DoubleConsumer progress) {
    ExactCountNelbo estimator = new ExactCountNelbo(denoiser);
    if (settings.targeted()) {
      return estimator.scoreUntil(
          settings.maskError(),
          new LatticeDraws(windows, family, separator, MOST_ROUNDS),
          progress);
    }
    TableDraws draws = TableDraws.all(windows, family, settings.draws());
    return new ExactCountNelbo.Reached(estimator.score(draws, progress), draws.draws(), true);
  }
}
