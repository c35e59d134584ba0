package dev.primeline.activities.corpus;

import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.SyntheticSource;
import java.util.Arrays;
import java.util.Random;

/**
 * A hidden Markov chain with stationary start, of S states and K symbols. Every sequence has an
 * exactly computable probability. A Markov chain is the case where each state emits its own symbol.
 * Immutable.
 */
public final class HiddenMarkovSource {
  private static final int MOST_STATES = 2048;
  private static final int MOST_EMISSIONS = 1 << 25;

  private final double[] initial;
  private final double[][] transition;
  private final double[][] emission;

  /**
   * A source with given matrices; it starts in the stationary distribution of its chain.
   *
   * @param transition [S, S], rows sum to 1, irreducible
   * @param emission [S, K], rows sum to 1
   */
  public HiddenMarkovSource(double[][] transition, double[][] emission) {
    if (transition.length == 0 || emission.length != transition.length) {
      throw new IllegalArgumentException(
          "%d transition rows and %d emission rows".formatted(transition.length, emission.length));
    }
    requireDistributions(transition, transition.length);
    requireDistributions(emission, emission[0].length);
    this.transition = copy(transition);
    this.emission = copy(emission);
    this.initial = StationaryDistribution.of(transition);
  }

  /**
   * The source that a specification and a seed name: rows of both matrices are symmetric Dirichlet
   * draws. Equal arguments give the same numbers on every machine.
   *
   * @throws BadInput when the matrices would be too large to compute with
   */
  public static HiddenMarkovSource of(SyntheticSource spec, long seed) {
    boolean markov = spec.kind() == SyntheticSource.Kind.MARKOV;
    require(spec.states() <= MOST_STATES, "states", spec.states(), "at most " + MOST_STATES);
    boolean fits = (long) spec.states() * spec.symbols() <= MOST_EMISSIONS;
    require(fits, "symbols", spec.symbols(), "states * symbols of at most " + MOST_EMISSIONS);
    Random random = new Random(Seeds.mix(seed, 0, 0));
    double c = spec.concentration();
    double[][] transition = DirichletRows.draw(spec.states(), spec.states(), c, random);
    double[][] emission =
        markov
            ? identity(spec.symbols())
            : DirichletRows.draw(spec.states(), spec.symbols(), c, random);
    return new HiddenMarkovSource(transition, emission);
  }

  /** S. */
  public int states() {
    return transition.length;
  }

  /** K; symbols are 0 to K - 1. */
  public int symbols() {
    return emission[0].length;
  }

  /** [S], the stationary distribution of the states; a copy. */
  public double[] initial() {
    return initial.clone();
  }

  /** [S, S], row = from, column = to; a copy. */
  public double[][] transition() {
    return copy(transition);
  }

  /** [S, K], row = state, column = symbol; a copy. */
  public double[][] emission() {
    return copy(emission);
  }

  /** Draws a sequence by the chain's definition. */
  public int[] sample(int length, Random random) {
    int[] symbols = new int[length];
    int state = -1;
    for (int i = 0; i < length; i++) {
      state = choose(state < 0 ? initial : transition[state], random);
      symbols[i] = choose(emission[state], random);
    }
    return symbols;
  }

  /**
   * The exact log p*(x) in nats, by the forward algorithm, rescaled at every symbol. Negative
   * infinity for an impossible sequence, 0 for the empty one.
   *
   * @param symbols each in [0, K)
   */
  public double logProbability(int[] symbols) {
    int n = states();
    double[] reached = initial.clone();
    double[] next = new double[n];
    double logProbability = 0;
    for (int i = 0; i < symbols.length; i++) {
      int symbol = symbols[i];
      if (symbol < 0 || symbol >= symbols()) {
        throw new IllegalArgumentException(
            "symbol %d at %d of a source of %d symbols".formatted(symbol, i, symbols()));
      }
      double scale = 0;
      for (int s = 0; s < n; s++) {
        reached[s] *= emission[s][symbol];
        scale += reached[s];
      }
      if (scale == 0) {
        return Double.NEGATIVE_INFINITY;
      }
      logProbability += Math.log(scale);
      Arrays.fill(next, 0);
      for (int s = 0; s < n; s++) {
        double share = reached[s] / scale;
        if (share > 0) {
          for (int t = 0; t < n; t++) {
            next[t] += share * transition[s][t];
          }
        }
      }
      double[] done = reached;
      reached = next;
      next = done;
    }
    return logProbability;
  }

  /** [K], how often each symbol occurs in the long run. */
  public double[] symbolDistribution() {
    double[] distribution = new double[symbols()];
    for (int s = 0; s < states(); s++) {
      for (int k = 0; k < distribution.length; k++) {
        distribution[k] += initial[s] * emission[s][k];
      }
    }
    return distribution;
  }

  /** Entropy of {@link #symbolDistribution} in nats: what the best unigram model pays a symbol. */
  public double unigramEntropy() {
    double entropy = 0;
    for (double p : symbolDistribution()) {
      entropy -= p > 0 ? p * Math.log(p) : 0;
    }
    return entropy;
  }

  private static int choose(double[] distribution, Random random) {
    double u = random.nextDouble();
    int last = 0;
    for (int i = 0; i < distribution.length; i++) {
      if (distribution[i] > 0) {
        last = i;
        u -= distribution[i];
        if (u < 0) {
          return i;
        }
      }
    }
    return last; // rounding left a little of u over
  }

  private static double[][] identity(int n) {
    double[][] matrix = new double[n][n];
    for (int i = 0; i < n; i++) {
      matrix[i][i] = 1;
    }
    return matrix;
  }

  private static double[][] copy(double[][] matrix) {
    double[][] copy = new double[matrix.length][];
    for (int i = 0; i < matrix.length; i++) {
      copy[i] = matrix[i].clone();
    }
    return copy;
  }

  private static void requireDistributions(double[][] rows, int columns) {
    for (double[] row : rows) {
      double sum = 0;
      boolean negative = row.length != columns;
      for (double p : row) {
        sum += p;
        negative |= !(p >= 0);
      }
      if (negative || Math.abs(sum - 1) > 1e-9) {
        throw new IllegalArgumentException(
            "a row of %d entries, sum %s".formatted(row.length, sum));
      }
    }
  }

  private static void require(boolean holds, String key, Object value, String expected) {
    if (!holds) {
      throw new BadInput("corpus.synthetic.%s: %s; expected %s".formatted(key, value, expected));
    }
  }
}
