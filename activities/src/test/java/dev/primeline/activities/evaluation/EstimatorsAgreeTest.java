package dev.primeline.activities.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.primeline.activities.batches.Batch;
import dev.primeline.activities.model.Denoiser;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;

/** The three estimators of METHOD section 3, drawn independently, against the enumerated bound. */
final class EstimatorsAgreeTest {
  private static final int LENGTH = 4;
  private static final int DRAWS = 100_000;
  private static final int[][] DIGITS = ToyCodes.shuffled(4, 2, 2, 4);
  private static final int N = LENGTH * 2;

  private final ToySource source = ToySource.random(3, 4, 23);
  private final int[] x = {3, 1, 0, 2};

  /** No posterior of anything: its costs grow faster than the masks, as a weak network's do. */
  private final Denoiser denoiser =
      batch -> {
        Denoiser.Costs exact = source.posterior(DIGITS, false).costs(batch);
        double[] marginal = exact.marginal();
        for (int r = 0; r < marginal.length; r++) {
          int m = 0;
          for (int i = 0; i < LENGTH; i++) {
            m += Integer.bitCount(batch.masks()[r * LENGTH + i]);
          }
          marginal[r] += 0.1 * m * m;
        }
        return new Denoiser.Costs(marginal, exact.joint());
      };

  private final SplittableRandom random = new SplittableRandom(99);
  private final double bound =
      new ExactCountNelbo(denoiser)
          .score(
              EnumeratedDraws.of(List.of(x), DIGITS.length, DIGITS[0].length, false),
              fraction -> {})
          .nelbo()[0];

  @Test
  void exactCountHasTheEnumeratedBoundAsItsMean() {
    assertUnbiased(
        () -> {
          int m = 1 + random.nextInt(N);
          return (double) N / m * cost(subset(m));
        });
  }

  @Test
  void independentMasksWeightedByTheirCountHaveTheSameMean() {
    assertUnbiased(
        () -> {
          int mask = independent(random.nextDouble());
          return mask == 0 ? 0 : (N + 1.0) / Integer.bitCount(mask) * cost(mask);
        });
  }

  @Test
  void continuousTimeWithCutOffHasTheSameMeanUpToItsBias() {
    double cutOff = 1e-3;
    Mean mean =
        mean(
            () -> {
              double t = cutOff + (1 - cutOff) * random.nextDouble();
              int mask = independent(t);
              return mask == 0 ? 0 : (1 - cutOff) * cost(mask) / t;
            });
    // What the cut-off loses: below it the integrand is about n times the cost of one masked digit.
    double lost = cutOff * N * Math.log(2) * 4;
    assertThat(mean.value).isCloseTo(bound, within(4 * mean.error + lost));
    assertThat(mean.error).isLessThan(0.05 * bound);
  }

  private void assertUnbiased(DoubleSupplier draw) {
    Mean mean = mean(draw);
    assertThat(mean.value).isCloseTo(bound, within(4 * mean.error));
    assertThat(mean.error).isLessThan(0.01 * bound);
  }

  private static Mean mean(DoubleSupplier draw) {
    double sum = 0;
    double squares = 0;
    for (int d = 0; d < DRAWS; d++) {
      double value = draw.getAsDouble();
      sum += value;
      squares += value * value;
    }
    double mean = sum / DRAWS;
    return new Mean(mean, Math.sqrt((squares / DRAWS - mean * mean) / DRAWS));
  }

  private record Mean(double value, double error) {}

  private int subset(int m) {
    int mask = 0;
    while (Integer.bitCount(mask) < m) {
      mask |= 1 << random.nextInt(N);
    }
    return mask;
  }

  private int independent(double t) {
    int mask = 0;
    for (int digit = 0; digit < N; digit++) {
      mask |= random.nextDouble() < t ? 1 << digit : 0;
    }
    return mask;
  }

  private double cost(int mask) {
    int[] tokens = {DIGITS.length, x[0], x[1], x[2], x[3]};
    int[] masks = {mask & 3, mask >> 2 & 3, mask >> 4 & 3, mask >> 6 & 3};
    return denoiser.costs(new Batch(1, LENGTH, tokens, masks, new float[] {1})).marginal()[0];
  }
}
