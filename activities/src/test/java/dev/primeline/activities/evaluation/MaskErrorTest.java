package dev.primeline.activities.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.primeline.activities.batches.HeldoutWindows;
import dev.primeline.activities.tokens.TokenArray;
import dev.primeline.workflows.experiment.Attention;
import dev.primeline.workflows.experiment.CodeOrder;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.Head;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * With the exact posterior every window's bound is known, so what is left of an estimate is its
 * mask noise, and the reported error can be held against it.
 */
final class MaskErrorTest {
  private static final int LENGTH = 8;
  private static final int WINDOWS = 20_000;
  private static final Family BINARY =
      Families.of("prime-v2", Attention.FULL, 2, 2, CodeOrder.INDEX, Head.TOKEN);

  private static final ToySource SOURCE = ToySource.random(3, 4, 31);
  private static final double[] TRUTH = new double[WINDOWS];
  private static HeldoutWindows windows;

  @BeforeAll
  static void sample() {
    SplittableRandom random = new SplittableRandom(32);
    int[] tokens = new int[WINDOWS * LENGTH];
    for (int w = 0; w < WINDOWS; w++) {
      int[] sequence = SOURCE.sample(LENGTH, random);
      TRUTH[w] = -Math.log(SOURCE.probability(sequence));
      System.arraycopy(sequence, 0, tokens, w * LENGTH, LENGTH);
    }
    windows = new HeldoutWindows(new TokenArray(tokens, 0), 4, LENGTH, 0);
  }

  @Test
  void reportedVarianceIsTheVarianceOfTheEstimate() {
    for (int draws : new int[] {2, 8}) {
      WindowScores scores = score(draws);
      assertThat(mean(scores.maskVariance()))
          .isCloseTo(meanSquaredError(scores), within(0.06 * meanSquaredError(scores)));
    }
  }

  @Test
  void unevenReplicatesNeverReportTooLittle() {
    for (int draws : new int[] {3, 5}) {
      WindowScores scores = score(draws);
      assertThat(mean(scores.maskVariance()))
          .isBetween(0.94 * meanSquaredError(scores), 1.5 * meanSquaredError(scores));
    }
  }

  @Test
  void errorOfASetCoversItsTruth() {
    int size = 50;
    WindowScores scores = score(4);
    int covered = 0;
    for (int first = 0; first < WINDOWS; first += size) {
      double miss = 0;
      double variance = 0;
      for (int w = first; w < first + size; w++) {
        miss += scores.nelbo()[w] - TRUTH[w];
        variance += scores.maskVariance()[w];
      }
      covered += Math.abs(miss) < 2 * Math.sqrt(variance) ? 1 : 0;
    }
    assertThat(covered / (WINDOWS / (double) size)).isBetween(0.91, 0.98);
  }

  @Test
  void errorShrinksAtLeastAsTheRootOfTheDraws() {
    double four = score(4).maskError();
    double sixteen = score(16).maskError();
    assertThat(sixteen).isBetween(0.3 * four, 0.51 * four);
  }

  @Test
  void singleDrawLeavesTheMaskErrorToTheTotal() {
    WindowScores scores = score(1);
    ScoreErrors errors = ScoreErrors.of(scores, Clusters.sequences(WINDOWS));
    assertThat(scores.maskError()).isNaN();
    assertThat(errors.mask()).isEqualTo(errors.standard()).isPositive();
  }

  @Test
  void autoregressiveScoreHasNoMaskNoise() {
    Family arm = Families.ARM;
    WindowScores scores =
        new ExactCountNelbo(SOURCE.posterior(ToyCodes.index(4, 4, 1), true))
            .score(TableDraws.spread(windows, arm, 8, 500), fraction -> {});
    assertThat(scores.maskError()).isZero();
    for (int w = 0; w < 500; w++) {
      assertThat(scores.nelbo()[w]).isCloseTo(TRUTH[w * (WINDOWS / 500)], within(1e-9));
    }
  }

  @Test
  void costOfAMaskedDigitGrowsWithTheMaskRatio() {
    var curve = score(8).curve();
    assertThat(curve).hasSize(10);
    assertThat(curve.get(0).maskRatio()).isBetween(0.0, 0.1);
    assertThat(curve.get(9).natsPerMaskedDigit()).isGreaterThan(curve.get(0).natsPerMaskedDigit());
  }

  private static WindowScores score(int draws) {
    return new ExactCountNelbo(SOURCE.posterior(ToyCodes.index(4, 2, 2), false))
        .score(TableDraws.all(windows, BINARY, draws), fraction -> {});
  }

  private static double mean(double[] values) {
    return java.util.Arrays.stream(values).sum() / values.length;
  }

  private static double meanSquaredError(WindowScores scores) {
    double sum = 0;
    for (int w = 0; w < WINDOWS; w++) {
      sum += Math.pow(scores.nelbo()[w] - TRUTH[w], 2);
    }
    return sum / WINDOWS;
  }
}
