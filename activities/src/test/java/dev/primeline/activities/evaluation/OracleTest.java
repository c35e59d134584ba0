package dev.primeline.activities.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.primeline.activities.batches.Batch;
import dev.primeline.activities.model.Denoiser;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class OracleTest {
  private static final double EXACT = 1e-9;

  static Stream<Arguments> codes() {
    return Stream.of(
        Arguments.of("ell = 1", ToyCodes.index(5, 5, 1), 3),
        Arguments.of("base 3 by index", ToyCodes.index(6, 3, 2), 3),
        Arguments.of("base 3 shuffled", ToyCodes.shuffled(6, 3, 2, 1), 3),
        Arguments.of("base 2 by index", ToyCodes.index(5, 2, 3), 3),
        Arguments.of("base 2 shuffled", ToyCodes.shuffled(5, 2, 3, 2), 3),
        Arguments.of("base 2, ell = 4, sparse image", ToyCodes.shuffled(4, 2, 4, 3), 2));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("codes")
  void exactPosteriorsBoundIsTheLikelihoodOfEverySequence(String name, int[][] digits, int length) {
    ToySource source = ToySource.random(3, digits.length, 11);
    List<int[]> sequences = source.sequences(length);
    double[] nelbo = score(source.posterior(digits, false), sequences, digits).nelbo();
    for (int x = 0; x < nelbo.length; x++) {
      assertThat(nelbo[x])
          .isCloseTo(-Math.log(source.probability(sequences.get(x))), within(EXACT));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("codes")
  void itHoldsForADistributionWithoutStructure(String name, int[][] digits, int length) {
    int[][] few = java.util.Arrays.copyOf(digits, 4);
    List<int[]> sequences = ToySource.sequences(4, 2);
    SplittableRandom random = new SplittableRandom(5);
    Map<List<Integer>, Double> weights = new HashMap<>();
    for (int[] sequence : sequences) {
      weights.put(key(sequence), Math.pow(random.nextDouble(), 3));
    }
    double all = weights.values().stream().mapToDouble(w -> w).sum();
    Denoiser posterior =
        new EnumeratedPosterior(sequences, x -> weights.getOrDefault(key(x), 0.0), few);
    double[] nelbo = score(posterior, sequences, few).nelbo();
    for (int x = 0; x < nelbo.length; x++) {
      double truth = -Math.log(weights.getOrDefault(key(sequences.get(x)), 0.0) / all);
      assertThat(nelbo[x]).isCloseTo(truth, within(EXACT));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("codes")
  void forwardBackwardAgreesWithEnumerationOnEveryMask(String name, int[][] digits, int length) {
    ToySource source = ToySource.random(2, Math.min(4, digits.length), 13);
    int[][] few = java.util.Arrays.copyOf(digits, source.symbols());
    List<int[]> sequences = source.sequences(2);
    Denoiser fast = source.posterior(few, false);
    Denoiser slow = new EnumeratedPosterior(sequences, source::probability, few);
    MaskDraws draws = EnumeratedDraws.of(sequences, few.length, few[0].length, false);
    int[] all = java.util.stream.IntStream.range(0, sequences.size()).toArray();
    for (int draw = 0; draw < draws.draws(); draw++) {
      Batch batch = draws.batch(all, draw);
      assertThat(fast.costs(batch).marginal())
          .containsExactly(slow.costs(batch).marginal(), within(EXACT));
      assertThat(fast.costs(batch).joint())
          .containsExactly(slow.costs(batch).joint(), within(EXACT));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("codes")
  void autoregressiveScoreIsTheLikelihoodToo(String name, int[][] digits, int length) {
    ToySource source = ToySource.random(3, digits.length, 17);
    List<int[]> sequences = source.sequences(length);
    MaskDraws draws = EnumeratedDraws.of(sequences, digits.length, 1, true);
    WindowScores scores =
        new ExactCountNelbo(source.posterior(digits, true)).score(draws, fraction -> {});
    for (int x = 0; x < sequences.size(); x++) {
      assertThat(scores.nelbo()[x])
          .isCloseTo(-Math.log(source.probability(sequences.get(x))), within(EXACT));
    }
    assertThat(scores.maskError()).isZero();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("codes")
  void jointFormLiesBetweenTheEntropyOverEllAndTheEntropy(String name, int[][] digits, int length) {
    int ell = digits[0].length;
    ToySource source = ToySource.random(3, digits.length, 11);
    List<int[]> sequences = source.sequences(length);
    WindowScores scores = score(source.posterior(digits, false), sequences, digits);
    double entropy = 0;
    double joint = 0;
    double kraft = 0;
    double brokenKraft = 0;
    for (int x = 0; x < sequences.size(); x++) {
      double p = source.probability(sequences.get(x));
      entropy -= p * Math.log(p);
      joint += p * scores.joint()[x];
      kraft += Math.exp(-scores.nelbo()[x]);
      brokenKraft += Math.exp(-scores.joint()[x]);
    }
    assertThat(kraft).isCloseTo(1, within(EXACT));
    if (ell == 1) {
      assertThat(joint).isCloseTo(entropy, within(EXACT));
    } else {
      assertThat(joint).isBetween(entropy / ell, 0.98 * entropy);
      assertThat(brokenKraft).isGreaterThan(1.02);
    }
  }

  private static WindowScores score(Denoiser denoiser, List<int[]> sequences, int[][] digits) {
    MaskDraws draws = EnumeratedDraws.of(sequences, digits.length, digits[0].length, false);
    return new ExactCountNelbo(denoiser).score(draws, fraction -> {});
  }

  private static List<Integer> key(int[] sequence) {
    return java.util.Arrays.stream(sequence).boxed().toList();
  }
}
