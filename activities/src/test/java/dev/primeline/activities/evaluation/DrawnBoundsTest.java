package dev.primeline.activities.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.primeline.activities.artifacts.LocalArtifactStore;
import dev.primeline.activities.batches.Batch;
import dev.primeline.activities.batches.HeldoutWindows;
import dev.primeline.activities.model.Denoiser;
import dev.primeline.workflows.experiment.Attention;
import dev.primeline.workflows.experiment.CodeOrder;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.Head;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every way to draw masks, through the evaluation's own code, against the enumerated bound: one
 * sequence in so many windows that there are 100,000 draws, each window with draws of its own.
 */
final class DrawnBoundsTest {
  private static final int LENGTH = 4;
  private static final int ELL = 2;
  private static final int DRAWS = 100_000;
  private static final int[][] DIGITS = ToyCodes.shuffled(4, 2, ELL, 4);
  private static final int SEPARATOR = DIGITS.length;
  private static final Family FAMILY =
      Families.of("prime-v2", Attention.FULL, ELL, 2, CodeOrder.SHUFFLED, Head.TOKEN);

  private final ToySource source = ToySource.random(3, 4, 23);
  private final int[] x = {3, 1, 0, 2};
  private final ExactPosterior posterior = source.posterior(DIGITS, false);

  /** No posterior of anything: its costs grow faster than the masks, as a weak network's do. */
  private final Denoiser weak =
      batch -> {
        Denoiser.Costs exact = posterior.costs(batch);
        double[] marginal = exact.marginal();
        double[] joint = exact.joint();
        for (int r = 0; r < marginal.length; r++) {
          int m = 0;
          for (int i = 0; i < LENGTH; i++) {
            m += Integer.bitCount(batch.masks()[r * LENGTH + i]);
          }
          marginal[r] += 0.1 * m * m;
          joint[r] += 0.1 * m * m;
        }
        return new Denoiser.Costs(marginal, joint);
      };

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 5, 16})
  void stratifiedDrawsOfEachWindow(int draws) {
    WindowScores scores = score(TableDraws.all(windows(DRAWS / draws), FAMILY, draws));
    double error = draws == 1 ? spread(scores) : error(scores);
    assertUnbiased(scores, enumerated(), error);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void drawsSpreadOverWindowsAndRounds(int rounds) {
    HeldoutWindows windows = windows(DRAWS / 2 / rounds);
    for (double exponent : new double[] {1, 1.5, 2, 3}) {
      WindowScores scores = score(new LatticeDraws(windows, FAMILY, SEPARATOR, rounds, exponent));
      assertUnbiased(scores, enumerated(), error(scores));
    }
  }

  @Test
  void spreadDrawsOfFewWindows() {
    double[] sums = new double[2];
    int texts = 0;
    for (int windows = 5; windows < 70; windows += 4) {
      WindowScores scores = score(new LatticeDraws(windows(windows), FAMILY, SEPARATOR, 400));
      double z = (mean(scores.nelbo()) - enumerated()) / error(scores);
      sums[0] += z;
      sums[1] += z * z;
      texts++;
    }
    assertThat(sums[0] / Math.sqrt(texts)).isBetween(-4.0, 4.0);
    assertThat(sums[1] / texts).isBetween(0.2, 3.0);
  }

  @Test
  void tokenMasks() {
    double bound = 0;
    for (int tokens = 1; tokens < 1 << LENGTH; tokens++) {
      int m = Integer.bitCount(tokens);
      int mask = 0;
      for (int i = 0; i < LENGTH; i++) {
        mask |= ((tokens >> i & 1) * 3) << (i * ELL);
      }
      double subsets = subsets(LENGTH, m);
      bound += weak.costs(batch(mask)).joint()[0] * LENGTH / m / (LENGTH * subsets);
    }
    Denoiser tokens =
        batch -> {
          double[] joint = weak.costs(batch).joint();
          return new Denoiser.Costs(joint, joint);
        };
    WindowScores scores =
        new ExactCountNelbo(tokens)
            .score(new TokenMaskDraws(windows(DRAWS / 4), FAMILY, 4), fraction -> {});
    assertUnbiased(scores, bound, error(scores));
  }

  @Test
  void tokenMasksOfAnExactPosteriorGiveTheLikelihood() {
    Denoiser tokens =
        batch -> {
          double[] joint = posterior.costs(batch).joint();
          return new Denoiser.Costs(joint, joint);
        };
    WindowScores scores =
        new ExactCountNelbo(tokens)
            .score(new TokenMaskDraws(windows(DRAWS / 4), FAMILY, 4), fraction -> {});
    assertUnbiased(scores, -Math.log(source.probability(x)), error(scores));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void stepsOfTheSampler(int steps, @TempDir Path folder) throws IOException {
    PassLog log = new PassLog(new LocalArtifactStore(folder), "log/", Duration.ofDays(1));
    WindowScores scores =
        new SamplerBound(posterior, windows(DRAWS / 4), FAMILY, SEPARATOR, steps, 4, log)
            .score(fraction -> {});
    assertUnbiased(scores, sampler(steps), Math.max(1e-12, error(scores)));
  }

  @Test
  void samplersBoundFallsFromIndependentTokensToTheLikelihood() {
    double apart = 0;
    double[] none = posterior.costs(batch(0xff)).joint();
    apart += none[0];
    assertThat(sampler(1)).isCloseTo(apart, within(1e-9));
    double likelihood = -Math.log(source.probability(x));
    assertThat(enumerated(posterior)).isCloseTo(likelihood, within(1e-9));
    // For a single sequence some T may lie below; over all sequences of the source none does.
    double excess = 1;
    for (int steps : new int[] {1, 2, 4, 8, 16}) {
      double all = 0;
      for (int[] sequence : ToySource.sequences(4, 2)) {
        double p = source.probability(sequence);
        all += p * (sampler(steps, sequence) + Math.log(p));
      }
      assertThat(all).isBetween(0.0, excess);
      excess = 0.75 * all;
    }
  }

  private HeldoutWindows windows(int count) {
    int[] tokens = new int[count * LENGTH];
    for (int w = 0; w < count; w++) {
      System.arraycopy(x, 0, tokens, w * LENGTH, LENGTH);
    }
    return new HeldoutWindows(new EqualSequences(tokens, LENGTH), SEPARATOR, LENGTH, 0);
  }

  private WindowScores score(MaskDraws draws) {
    return new ExactCountNelbo(weak).score(draws, fraction -> {});
  }

  private double enumerated() {
    return enumerated(weak);
  }

  private double enumerated(Denoiser denoiser) {
    return new ExactCountNelbo(denoiser)
        .score(EnumeratedDraws.of(List.of(x), SEPARATOR, ELL, false), fraction -> {})
        .nelbo()[0];
  }

  private double sampler(int steps) {
    return sampler(steps, x);
  }

  /** Over every step, mask and group. */
  private double sampler(int steps, int[] sequence) {
    int n = sequence.length * ELL;
    double bound = 0;
    for (int k = 1; k <= steps; k++) {
      double t = (double) k / steps;
      for (int mask = 1; mask < 1 << n; mask++) {
        int m = Integer.bitCount(mask);
        double probability = Math.pow(t, m) * Math.pow(1 - t, n - m);
        if (probability > 0) {
          Batch batch = batch(mask, sequence);
          for (int group = mask; group > 0; group = (group - 1) & mask) {
            int revealed = Integer.bitCount(group);
            double share = Math.pow(1.0 / k, revealed) * Math.pow(1 - 1.0 / k, m - revealed);
            if (share > 0) {
              int[] groups = split(group, sequence.length);
              bound += probability * share * posterior.nats(batch, groups)[0];
            }
          }
        }
      }
    }
    return bound;
  }

  private Batch batch(int mask) {
    return batch(mask, x);
  }

  private static Batch batch(int mask, int[] sequence) {
    int[] tokens = new int[sequence.length + 1];
    tokens[0] = SEPARATOR;
    System.arraycopy(sequence, 0, tokens, 1, sequence.length);
    return new Batch(1, sequence.length, tokens, split(mask, sequence.length), new float[] {1});
  }

  private static int[] split(int digits, int length) {
    int[] masks = new int[length];
    for (int i = 0; i < length; i++) {
      masks[i] = digits >> (i * ELL) & ((1 << ELL) - 1);
    }
    return masks;
  }

  private static void assertUnbiased(WindowScores scores, double bound, double error) {
    assertThat(mean(scores.nelbo())).isCloseTo(bound, within(4 * error));
    assertThat(error).isLessThan(0.01 * bound);
  }

  /** Of the mean over windows. */
  private static double error(WindowScores scores) {
    return Math.sqrt(Arrays.stream(scores.maskVariance()).sum()) / scores.nelbo().length;
  }

  private static double spread(WindowScores scores) {
    double mean = mean(scores.nelbo());
    double squares = Arrays.stream(scores.nelbo()).map(v -> (v - mean) * (v - mean)).sum();
    return Math.sqrt(squares) / scores.nelbo().length;
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).sum() / values.length;
  }

  private static double subsets(int n, int m) {
    double count = 1;
    for (int i = 1; i <= m; i++) {
      count = count * (n - m + i) / i;
    }
    return count;
  }
}
