package dev.primeline.activities.evaluation;

import dev.primeline.activities.batches.HeldoutWindows;
import dev.primeline.activities.model.Denoiser;
import dev.primeline.activities.training.HeldoutScore;
import dev.primeline.workflows.experiment.Family;

/**
 * The held-out score during training: a fixed subset of windows, evenly spread over the text, under
 * two independent draws of the mask table (one pass for an autoregressive family). The same for
 * every step, so that a curve moves with the weights alone, and for every family, so that curves
 * are paired.
 */
public final class HeldoutSubset implements HeldoutScore {
  private static final int DRAWS = 2;

  private final TableDraws draws;

  /**
   * @param windows of the whole held-out text
   * @param sequences score at most so many windows
   */
  public HeldoutSubset(HeldoutWindows windows, Family family, int sequences) {
    draws = TableDraws.spread(windows, family, DRAWS, sequences);
  }

  @Override
  public Score of(Denoiser denoiser) {
    WindowScores scores = new ExactCountNelbo(denoiser).score(draws, fraction -> {});
    return new Score(scores.natsPerToken(), scores.maskError());
  }
}
