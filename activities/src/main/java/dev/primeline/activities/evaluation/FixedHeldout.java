package dev.primeline.activities.evaluation;

import dev.primeline.activities.batches.HeldoutWindows;
import dev.primeline.activities.model.Denoiser;
import dev.primeline.activities.tokens.PreparedCorpus;
import dev.primeline.activities.training.HeldoutScore;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.TrainingSettings;
import dev.primeline.workflows.training.TrainingSpec;

/**
 * The held-out score during training: a fixed subset of windows, evenly spread over the text, under
 * two independent draws of the mask table (one pass for an autoregressive family). The same at
 * every step, so that a curve moves with the weights alone, and for every family, so that curves
 * are paired.
 */
public final class FixedHeldout implements HeldoutScore {

  private final TableDraws draws;

  FixedHeldout(HeldoutWindows windows, Family family, int sequences) {
    draws = TableDraws.spread(windows, family, TrainingSettings.HELDOUT_DRAWS, sequences);
  }

  /** The subset of a corpus that a training looks at: at most {@code heldoutSequences} windows. */
  public static FixedHeldout of(TrainingSpec spec, PreparedCorpus corpus) {
    HeldoutWindows windows =
        new HeldoutWindows(corpus.heldout(), spec.separator(), spec.model().length(), 0);
    return new FixedHeldout(windows, spec.family(), spec.settings().heldoutSequences());
  }

  @Override
  public Score of(Denoiser denoiser) {
    WindowScores scores = new ExactCountNelbo(denoiser).score(draws, fraction -> {});
    return new Score(scores.natsPerToken(), scores.maskError());
  }
}
