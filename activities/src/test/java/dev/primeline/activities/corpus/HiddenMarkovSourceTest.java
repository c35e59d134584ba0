package dev.primeline.activities.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.SyntheticSource;
import dev.primeline.workflows.experiment.SyntheticSource.Kind;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class HiddenMarkovSourceTest {

  @ParameterizedTest
  @EnumSource(Kind.class)
  void probabilitiesOfAllSequencesSumToOne(Kind kind) {
    HiddenMarkovSource source = source(kind, 3, kind == Kind.MARKOV ? 3 : 4, 0.5);
    double sum = 0;
    for (int index = 0; index < 243; index++) {
      sum += Math.exp(source.logProbability(digits(index, 3, 5)));
    }
    assertThat(sum).isCloseTo(1, within(1e-12));
  }

  @Test
  void forwardAlgorithmEqualsTheSumOverStatePaths() {
    HiddenMarkovSource source = source(Kind.HMM, 3, 2, 0.7);
    for (int index = 0; index < 81; index++) {
      int[] symbols = digits(index, 3, 4);
      double sum = 0;
      for (int path = 0; path < 16; path++) {
        sum += pathProbability(source, symbols, digits(path, 2, 4));
      }
      assertThat(source.logProbability(symbols)).isCloseTo(Math.log(sum), within(1e-12));
    }
  }

  @Test
  void markovChainIsTheProductOfItsTransitions() {
    HiddenMarkovSource source = source(Kind.MARKOV, 5, 5, 0.3);
    int[] symbols = source.sample(400, new Random(4));
    double log = Math.log(source.initial()[symbols[0]]);
    for (int i = 1; i < symbols.length; i++) {
      log += Math.log(source.transition()[symbols[i - 1]][symbols[i]]);
    }
    assertThat(source.logProbability(symbols)).isCloseTo(log, within(1e-9));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.005, 0.05, 1, 20})
  void startIsStationaryHoweverSlowlyTheChainMixes(double concentration) {
    HiddenMarkovSource source = source(Kind.HMM, 8, 12, concentration);
    double[] pi = source.initial();
    double sum = 0;
    for (int to = 0; to < pi.length; to++) {
      double arriving = 0;
      for (int from = 0; from < pi.length; from++) {
        arriving += pi[from] * source.transition()[from][to];
      }
      assertThat(arriving).isCloseTo(pi[to], within(1e-13));
      sum += pi[to];
    }
    assertThat(sum).isCloseTo(1, within(1e-12));
  }

  @Test
  void dirichletRowsHaveTheMeanAndVarianceOfTheirConcentration() {
    double[][] rows = DirichletRows.draw(20_000, 4, 0.6, new Random(1));
    double mean = 0;
    double square = 0;
    for (double[] row : rows) {
      mean += row[2] / rows.length;
      square += row[2] * row[2] / rows.length;
    }
    assertThat(mean).isCloseTo(0.25, within(0.01));
    // Var = (1/K)(1 - 1/K) / (K c + 1)
    assertThat(square - mean * mean).isCloseTo(0.25 * 0.75 / 3.4, within(0.002));
  }

  @Test
  void sampledTextCostsTheEntropyRateOfTheChain() {
    var spec = new SyntheticSource(Kind.MARKOV, 8, 8, 0.2, 1, 400);
    var corpus = new SyntheticCorpus(spec, 3, 64);
    HiddenMarkovSource source = corpus.source();
    double rate = 0;
    for (int s = 0; s < 8; s++) {
      for (double p : source.transition()[s]) {
        rate -= source.initial()[s] * p * Math.log(p);
      }
    }
    double expected = (source.unigramEntropy() + 63 * rate) / 64;
    assertThat(corpus.heldoutNatsPerToken()).isCloseTo(expected, within(0.02));
    assertThat(expected).isLessThan(source.unigramEntropy());
  }

  @Test
  void symbolsOccurAsOftenAsTheStationaryDistributionSays() {
    HiddenMarkovSource source = source(Kind.HMM, 6, 4, 0.5);
    int[] symbols = source.sample(200_000, new Random(9));
    double[] share = new double[6];
    for (int symbol : symbols) {
      share[symbol] += 1.0 / symbols.length;
    }
    for (int k = 0; k < 6; k++) {
      assertThat(share[k]).isCloseTo(source.symbolDistribution()[k], within(0.01));
    }
  }

  @Test
  void sourceOfASeedIsTheSameOnEveryMachine() {
    HiddenMarkovSource source = source(Kind.HMM, 4, 3, 0.5);
    // As computed by an independent program from the published algorithms.
    assertThat(source.transition()[0][0]).isCloseTo(0.6207238597935818, within(1e-15));
    assertThat(source.sample(12, new Random(5)))
        .containsExactly(0, 1, 1, 1, 1, 0, 1, 3, 0, 1, 0, 1);
  }

  @Test
  void heldOutSequencesDoNotDependOnHowManyAreTrainedOn() {
    var few = new SyntheticCorpus(new SyntheticSource(Kind.HMM, 6, 4, 0.5, 2, 3), 7, 20);
    var many = new SyntheticCorpus(new SyntheticSource(Kind.HMM, 6, 4, 0.5, 200, 3), 7, 20);
    assertThat(few.heldout(2)).isEqualTo(many.heldout(2));
    assertThat(few.heldout(2)).isNotEqualTo(few.train(2)).isNotEqualTo(few.heldout(1));
  }

  @Test
  void impossibleSequenceHasNoProbability() {
    double[][] stay = {{0.5, 0.5}, {0.5, 0.5}};
    double[][] onlyZero = {{1, 0}, {1, 0}};
    var source = new HiddenMarkovSource(stay, onlyZero);
    assertThat(source.logProbability(new int[] {0, 1, 0})).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(source.logProbability(new int[] {0, 0, 0})).isEqualTo(0);
  }

  @Test
  void matricesTooLargeToComputeWithAreRefused() {
    assertThatThrownBy(() -> source(Kind.HMM, 4, 5000, 0.5))
        .isInstanceOf(BadInput.class)
        .hasMessage("corpus.synthetic.states: 5000; expected at most 2048");
    assertThatThrownBy(() -> source(Kind.HMM, 100_000, 2000, 0.5))
        .isInstanceOf(BadInput.class)
        .hasMessage(
            "corpus.synthetic.symbols: 100000; expected states * symbols of at most 33554432");
  }

  @Test
  void rowsThatAreNoDistributionsAreRefused() {
    double[][] one = {{1}};
    assertThatThrownBy(() -> new HiddenMarkovSource(one, new double[][] {{0.5, 0.4}}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new HiddenMarkovSource(one, new double[][] {{Double.NaN, 1}}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> source(Kind.MARKOV, 4, 3, 0.5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("3 transition rows and 4 emission rows");
  }

  private static HiddenMarkovSource source(
      Kind kind, int symbols, int states, double concentration) {
    return HiddenMarkovSource.of(
        new SyntheticSource(kind, symbols, states, concentration, 1, 1), 42);
  }

  private static double pathProbability(HiddenMarkovSource source, int[] symbols, int[] path) {
    double p = source.initial()[path[0]] * source.emission()[path[0]][symbols[0]];
    for (int i = 1; i < path.length; i++) {
      p *= source.transition()[path[i - 1]][path[i]] * source.emission()[path[i]][symbols[i]];
    }
    return p;
  }

  private static int[] digits(int index, int base, int length) {
    int[] digits = new int[length];
    for (int i = length - 1; i >= 0; i--) {
      digits[i] = index % base;
      index /= base;
    }
    return digits;
  }
}
