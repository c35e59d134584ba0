package dev.primeline.activities.evaluation;

import dev.primeline.activities.batches.Batch;
import dev.primeline.activities.corpus.HiddenMarkovSource;
import dev.primeline.activities.model.Denoiser;
import dev.primeline.activities.subtokens.SubTokenizer;
import java.util.Arrays;

/**
 * The exact posterior of a hidden Markov source given partly masked digits: the denoiser that no
 * network can beat. A position's evidence is the set of tokens that agree with its revealed digits,
 * so forward-backward gives p(x_i | y_t) of every position, in double. The window's separator is
 * ignored: sequences of the source are independent.
 *
 * <p>As an autoregressive denoiser it prices each target given the targets before it.
 */
final class ExactPosterior implements Denoiser, Reveals {
  private final double[] start;
  private final double[][] transition;
  private final double[][] emission;
  private final int[][] digits;
  private final boolean autoregressive;

  /**
   * @param start [S] probability of each first state
   * @param transition [S, S] rows sum to 1
   * @param emission [S, symbols] rows sum to 1; token ids from {@code symbols} on never occur
   * @param digits [V, ell] code of each token, most significant digit first
   */
  ExactPosterior(
      double[] start,
      double[][] transition,
      double[][] emission,
      int[][] digits,
      boolean autoregressive) {
    this.start = start;
    this.transition = transition;
    this.emission = emission;
    this.digits = digits;
    this.autoregressive = autoregressive;
  }

  /** The posterior of a source whose symbols are the first tokens of a sub-tokenizer. */
  static ExactPosterior of(HiddenMarkovSource source, SubTokenizer codes, boolean autoregressive) {
    int[][] digits = new int[codes.vocabularySize()][codes.ell()];
    for (int v = 0; v < digits.length; v++) {
      for (int j = 0; j < codes.ell(); j++) {
        digits[v][j] = codes.digit(v, j);
      }
    }
    return new ExactPosterior(
        source.initial(), source.transition(), source.emission(), digits, autoregressive);
  }

  @Override
  public Costs costs(Batch batch) {
    double[] marginal = new double[batch.sequences()];
    double[] joint = new double[batch.sequences()];
    for (int r = 0; r < marginal.length; r++) {
      if (autoregressive) {
        marginal[r] = sequential(batch, r);
        joint[r] = marginal[r];
      } else {
        price(batch, r, marginal, joint);
      }
    }
    return new Costs(marginal, joint);
  }

  @Override
  public double[] nats(Batch batch, int[] groups) {
    double[] nats = new double[batch.sequences()];
    int length = batch.length();
    for (int r = 0; r < nats.length; r++) {
      double[][] evidence = evidence(batch, r);
      double[][] ahead = forward(evidence);
      double[][] behind = backward(evidence);
      for (int i = 0; i < length; i++) {
        int group = groups[r * length + i];
        if (group != 0) {
          int token = token(batch, r, i);
          int mask = batch.masks()[r * length + i];
          double[] mass = posterior(ahead[i], behind[i], token, mask);
          double[] revealed = posterior(ahead[i], behind[i], token, mask & ~group);
          nats[r] += surprise(mass, Arrays.stream(revealed).sum());
        }
      }
    }
    return nats;
  }

  /** [L, S] of a row. */
  private double[][] evidence(Batch batch, int row) {
    double[][] evidence = new double[batch.length()][];
    for (int i = 0; i < evidence.length; i++) {
      evidence[i] = evidence(token(batch, row, i), batch.masks()[row * batch.length() + i]);
    }
    return evidence;
  }

  private void price(Batch batch, int row, double[] marginal, double[] joint) {
    int length = batch.length();
    double[][] evidence = evidence(batch, row);
    double[][] ahead = forward(evidence);
    double[][] behind = backward(evidence);
    for (int i = 0; i < length; i++) {
      int mask = batch.masks()[row * length + i];
      if (mask != 0) {
        int token = token(batch, row, i);
        double[] posterior = posterior(ahead[i], behind[i], token, mask);
        joint[row] += surprise(posterior, posterior[token]);
        for (int j = 0; j < digits[token].length; j++) {
          if ((mask >>> j & 1) != 0) {
            marginal[row] += surprise(posterior, agreeing(posterior, j, digits[token][j]));
          }
        }
      }
    }
  }

  private double sequential(Batch batch, int row) {
    double nats = 0;
    double[] ahead = start;
    for (int i = 0; i < batch.length(); i++) {
      double[] seen = evidence(token(batch, row, i), 0);
      double probability = 0;
      for (int s = 0; s < ahead.length; s++) {
        probability += ahead[s] * seen[s];
      }
      nats -= Math.log(probability);
      ahead = step(ahead, seen);
    }
    return nats;
  }

  /** [S] probability that a state emits a token which agrees with the revealed digits. */
  private double[] evidence(int token, int mask) {
    double[] evidence = new double[start.length];
    for (int v = 0; v < emission[0].length; v++) {
      if (consistent(v, token, mask)) {
        for (int s = 0; s < evidence.length; s++) {
          evidence[s] += emission[s][v];
        }
      }
    }
    return evidence;
  }

  /** [L, S] state given the evidence before each position. */
  private double[][] forward(double[][] evidence) {
    double[][] ahead = new double[evidence.length][];
    ahead[0] = start;
    for (int i = 1; i < ahead.length; i++) {
      ahead[i] = step(ahead[i - 1], evidence[i - 1]);
    }
    return ahead;
  }

  private double[] step(double[] ahead, double[] evidence) {
    double[] next = new double[ahead.length];
    for (int s = 0; s < ahead.length; s++) {
      for (int t = 0; t < next.length; t++) {
        next[t] += ahead[s] * evidence[s] * transition[s][t];
      }
    }
    return scaled(next);
  }

  /** [L, S] evidence after each position given its state, up to a factor. */
  private double[][] backward(double[][] evidence) {
    double[][] behind = new double[evidence.length][start.length];
    Arrays.fill(behind[behind.length - 1], 1);
    for (int i = behind.length - 2; i >= 0; i--) {
      for (int s = 0; s < start.length; s++) {
        for (int t = 0; t < start.length; t++) {
          behind[i][s] += transition[s][t] * evidence[i + 1][t] * behind[i + 1][t];
        }
      }
      scaled(behind[i]);
    }
    return behind;
  }

  /** [symbols] unnormalised mass of each token that agrees with the revealed digits. */
  private double[] posterior(double[] ahead, double[] behind, int token, int mask) {
    double[] mass = new double[emission[0].length];
    for (int v = 0; v < mass.length; v++) {
      if (consistent(v, token, mask)) {
        for (int s = 0; s < ahead.length; s++) {
          mass[v] += ahead[s] * behind[s] * emission[s][v];
        }
      }
    }
    return mass;
  }

  private double agreeing(double[] mass, int digit, int value) {
    double sum = 0;
    for (int v = 0; v < mass.length; v++) {
      if (digits[v][digit] == value) {
        sum += mass[v];
      }
    }
    return sum;
  }

  private boolean consistent(int candidate, int token, int mask) {
    for (int j = 0; j < digits[token].length; j++) {
      if ((mask >>> j & 1) == 0 && digits[candidate][j] != digits[token][j]) {
        return false;
      }
    }
    return true;
  }

  private static double surprise(double[] mass, double part) {
    double total = 0;
    for (double m : mass) {
      total += m;
    }
    return Math.log(total) - Math.log(part);
  }

  private static double[] scaled(double[] values) {
    double total = 0;
    for (double value : values) {
      total += value;
    }
    for (int s = 0; s < values.length; s++) {
      values[s] /= total;
    }
    return values;
  }

  private static int token(Batch batch, int row, int position) {
    return batch.tokens()[row * (batch.length() + 1) + position + 1];
  }
}
