package dev.primeline.activities.evaluation;

import dev.primeline.activities.batches.HeldoutWindows;
import dev.primeline.activities.corpus.HiddenMarkovSource;
import dev.primeline.activities.model.Denoiser;
import dev.primeline.activities.subtokens.SubTokenizer;
import dev.primeline.workflows.evaluation.SelfCheck.Alarm;
import dev.primeline.workflows.experiment.EvaluationSettings;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.SyntheticSource;
import java.util.Random;
import java.util.function.UnaryOperator;

/**
 * Alarm (a) of METHOD section 2: the exact posterior of a small hidden Markov source, put through
 * the estimator, mask table and codes of the scored family, must give -log q(x), from neither side
 * further away than its mask noise.
 */
final class OracleAlarm {
  private static final SyntheticSource SOURCE =
      new SyntheticSource(SyntheticSource.Kind.HMM, 5, 3, 0.4, 1, 1);
  private static final int SEQUENCES = 2000;
  private static final int LENGTH = 6;
  private static final int DRAWS = 16;
  private static final long SEED = 20260101;

  private OracleAlarm() {}

  /**
   * Fires when the mean of {@code NELBO(x) + log q(x)} is more than 5 standard errors from 0.
   *
   * @param settings by which the family was scored: its way of drawing masks is gone here too, to
   *     {@value #DRAWS} draws
   * @param pricing stands between the posterior and the estimator: the identity, or in a test a
   *     mistake to be caught
   */
  static Alarm check(Family scored, EvaluationSettings settings, UnaryOperator<Denoiser> pricing) {
    HiddenMarkovSource source = HiddenMarkovSource.of(SOURCE, SEED);
    int separator = source.symbols();
    Family family = ToyFamily.of(scored, separator + 1);
    SubTokenizer codes =
        SubTokenizer.build(separator + 1, family.base(), family.ell(), family.order(), SEED);
    int[] tokens = new int[SEQUENCES * LENGTH];
    double[] truth = new double[SEQUENCES];
    Random random = new Random(SEED);
    for (int i = 0; i < SEQUENCES; i++) {
      int[] sequence = source.sample(LENGTH, random);
      truth[i] = -source.logProbability(sequence);
      System.arraycopy(sequence, 0, tokens, i * LENGTH, LENGTH);
    }
    HeldoutWindows windows =
        new HeldoutWindows(new EqualSequences(tokens, LENGTH), separator, LENGTH, 0);
    Denoiser posterior = ExactPosterior.of(source, codes, family.autoregressive());
    ExactCountNelbo estimator = new ExactCountNelbo(pricing.apply(posterior));
    WindowScores scores =
        settings.targeted()
            ? estimator
                .scoreUntil(
                    0, new LatticeDraws(windows, family, separator, DRAWS / 2), fraction -> {})
                .scores()
            : estimator.score(TableDraws.all(windows, family, DRAWS), fraction -> {});
    PairedNats paired = PairedNats.of(scores.nelbo(), truth);
    return new Alarm(
        "oracle",
        paired.apart(),
        "an exact posterior's bound minus -log q is "
            + paired
            + ", which must be 0 within 5 errors");
  }
}
