package dev.primeline.activities.model;

import dev.primeline.activities.batches.Batch;
import dev.primeline.workflows.experiment.Objective;
import java.util.Arrays;
import java.util.List;

/**
 * The network in float64, position by position and token by token, straight from METHOD sections 1,
 * 2 and 10: an oracle for costs and, by finite differences, for gradients.
 */
final class ReferenceNetwork {
  private final int[][] digits;
  private final NetworkSpec spec;
  private final int width;
  private final int heads;
  private final int headWidth;
  final double[][] weights;

  ReferenceNetwork(NetworkSpec spec, List<HostTensor> tensors) {
    this.spec = spec;
    digits = digits(spec);
    width = spec.shape().width();
    heads = spec.shape().heads();
    headWidth = spec.shape().headWidth();
    weights = new double[tensors.size()][];
    for (int i = 0; i < weights.length; i++) {
      float[] values = tensors.get(i).values();
      weights[i] = new double[values.length];
      for (int k = 0; k < values.length; k++) {
        weights[i][k] = values[k];
      }
    }
  }

  /** Sum over sequences of weight * cost of the objective, divided by B * L. */
  double loss(Batch batch) {
    double sum = 0;
    boolean joint = spec.family().objective() == Objective.JOINT;
    for (int s = 0; s < batch.sequences(); s++) {
      double[] costs = costs(batch, s);
      sum += batch.weights()[s] * costs[joint ? 1 : 0];
    }
    return sum / batch.sequences() / batch.length();
  }

  /** Marginal and joint cost of one sequence. */
  double[] costs(Batch batch, int sequence) {
    int length = batch.length();
    boolean causal = spec.family().autoregressive();
    int positions = causal ? length : length + 1;
    int[] tokens =
        Arrays.copyOfRange(batch.tokens(), sequence * (length + 1), (sequence + 1) * (length + 1));
    int[] masks = new int[length + 1];
    System.arraycopy(batch.masks(), sequence * length, masks, 1, length);
    double[][] hidden = trunk(tokens, causal ? new int[positions] : masks, positions);
    double marginal = 0;
    double joint = 0;
    for (int column = 1; column <= length; column++) {
      if (masks[column] != 0) {
        double[] state = hidden[causal ? column - 1 : column];
        double[] costs =
            spec.tokenHead()
                ? tokenCosts(state, tokens[column], masks[column])
                : subTokenCosts(state, tokens[column], masks[column]);
        marginal += costs[0];
        joint += costs[1];
      }
    }
    return new double[] {marginal, joint};
  }

  /** Every token's digits, most significant first. */
  private static int[][] digits(NetworkSpec spec) {
    int[][] digits = new int[spec.vocabularySize()][spec.family().ell()];
    for (int token = 0; token < digits.length; token++) {
      int code = spec.codes()[token];
      for (int j = spec.family().ell() - 1; j >= 0; j--) {
        digits[token][j] = code % spec.family().base();
        code /= spec.family().base();
      }
    }
    return digits;
  }

  private int digit(int token, int j) {
    return digits[token][j];
  }

  private static boolean masked(int mask, int j) {
    return (mask >> j & 1) == 1;
  }

  private boolean consistent(int candidate, int token, int mask) {
    for (int j = 0; j < spec.family().ell(); j++) {
      if (!masked(mask, j) && digit(candidate, j) != digit(token, j)) {
        return false;
      }
    }
    return true;
  }

  private double[] tokenCosts(double[] state, int token, int mask) {
    double[] logits = multiply(weights.length - 1, spec.vocabularySize(), state);
    double largest = Double.NEGATIVE_INFINITY;
    for (int v = 0; v < logits.length; v++) {
      if (consistent(v, token, mask)) {
        largest = Math.max(largest, logits[v]);
      }
    }
    double[] masses = new double[logits.length];
    double all = 0;
    for (int v = 0; v < logits.length; v++) {
      masses[v] = consistent(v, token, mask) ? Math.exp(logits[v] - largest) : 0;
      all += masses[v];
    }
    double joint = Math.log(all) - (logits[token] - largest);
    double marginal = 0;
    for (int j = 0; j < spec.family().ell(); j++) {
      if (masked(mask, j)) {
        double truth = 0;
        double rest = 0;
        for (int v = 0; v < logits.length; v++) {
          if (digit(v, j) == digit(token, j)) {
            truth += masses[v];
          } else {
            rest += masses[v];
          }
        }
        // The engine's rule where its own float32 mass underflows (METHOD section 4, step 3).
        marginal += truth / all < 1e-30 ? joint : Math.log1p(rest / truth);
      }
    }
    return new double[] {marginal, joint};
  }

  private double[] subTokenCosts(double[] state, int token, int mask) {
    int base = spec.family().base();
    int ell = spec.family().ell();
    double[] logits = multiply(weights.length - 1, ell * (base - 1), state);
    double marginal = 0;
    for (int j = 0; j < ell; j++) {
      if (masked(mask, j)) {
        double all = 0;
        double own = 0;
        for (int d = 0; d < base; d++) {
          double logit = d == 0 ? 0 : logits[j * (base - 1) + d - 1];
          if (completable(token, mask, j, d)) {
            all += Math.exp(logit);
          }
          if (d == digit(token, j)) {
            own = logit;
          }
        }
        marginal += Math.log(all) - own;
      }
    }
    return new double[] {marginal, Double.NaN};
  }

  private boolean completable(int token, int mask, int j, int value) {
    for (int v = 0; v < spec.vocabularySize(); v++) {
      if (consistent(v, token, mask) && digit(v, j) == value) {
        return true;
      }
    }
    return false;
  }

  private double[][] trunk(int[] tokens, int[] masks, int positions) {
    double[][] x = new double[positions][width];
    int values = spec.family().base() + 1;
    for (int t = 0; t < positions; t++) {
      for (int j = 0; j < spec.family().ell(); j++) {
        int row = j * values + (masked(masks[t], j) ? values - 1 : digit(tokens[t], j));
        for (int d = 0; d < width; d++) {
          x[t][d] += weights[0][row * width + d];
        }
      }
    }
    for (int layer = 0; layer < spec.shape().layers(); layer++) {
      int first = 1 + 7 * layer;
      double[][] attended = attention(x, first);
      for (int t = 0; t < positions; t++) {
        add(x[t], attended[t]);
        add(x[t], feedForward(norm(x[t], weights[first + 3]), first));
      }
    }
    for (int t = 0; t < positions; t++) {
      x[t] = norm(x[t], weights[weights.length - 2]);
    }
    return x;
  }

  private double[][] attention(double[][] x, int first) {
    int positions = x.length;
    double[][] qkv = new double[positions][];
    for (int t = 0; t < positions; t++) {
      qkv[t] = multiply(first + 1, 3 * width, norm(x[t], weights[first]));
    }
    double[][] result = new double[positions][];
    for (int t = 0; t < positions; t++) {
      double[] mixed = new double[width];
      for (int head = 0; head < heads; head++) {
        int last = spec.family().autoregressive() ? t : positions - 1;
        double[] scores = new double[last + 1];
        double sum = 0;
        for (int s = 0; s <= last; s++) {
          double[] q = rotated(qkv[t], head, 0, t);
          double[] k = rotated(qkv[s], head, 1, s);
          for (int i = 0; i < headWidth; i++) {
            scores[s] += q[i] * k[i];
          }
          scores[s] = Math.exp(scores[s] / Math.sqrt(headWidth));
          sum += scores[s];
        }
        for (int s = 0; s <= last; s++) {
          for (int i = 0; i < headWidth; i++) {
            mixed[head * headWidth + i] += scores[s] / sum * qkv[s][(3 * head + 2) * headWidth + i];
          }
        }
      }
      result[t] = multiply(first + 2, width, mixed);
    }
    return result;
  }

  private double[] rotated(double[] qkv, int head, int part, int position) {
    int offset = (3 * head + part) * headWidth;
    int half = headWidth / 2;
    double[] result = new double[headWidth];
    for (int i = 0; i < half; i++) {
      double angle = position / Math.pow(10000, 2.0 * i / headWidth);
      double a = qkv[offset + i];
      double b = qkv[offset + half + i];
      result[i] = a * Math.cos(angle) - b * Math.sin(angle);
      result[half + i] = a * Math.sin(angle) + b * Math.cos(angle);
    }
    return result;
  }

  private double[] feedForward(double[] x, int first) {
    int inner = spec.shape().feedForward();
    double[] gate = multiply(first + 4, inner, x);
    double[] up = multiply(first + 5, inner, x);
    for (int i = 0; i < inner; i++) {
      up[i] *= gate[i] / (1 + Math.exp(-gate[i]));
    }
    return multiply(first + 6, width, up);
  }

  private static double[] norm(double[] x, double[] gain) {
    double squares = 0;
    for (double value : x) {
      squares += value * value;
    }
    double scale = 1 / Math.sqrt(squares / x.length + 1e-5);
    double[] result = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      result[i] = x[i] * scale * gain[i];
    }
    return result;
  }

  private double[] multiply(int parameter, int rows, double[] x) {
    double[] result = new double[rows];
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < x.length; i++) {
        result[r] += weights[parameter][r * x.length + i] * x[i];
      }
    }
    return result;
  }

  private static void add(double[] sum, double[] x) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += x[i];
    }
  }
}
