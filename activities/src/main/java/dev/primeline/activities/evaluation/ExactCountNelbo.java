package dev.primeline.activities.evaluation;

import dev.primeline.activities.batches.Batch;
import dev.primeline.activities.model.Denoiser;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleConsumer;

/**
 * The exact-count estimator of METHOD section 3, the source of every reported number: per draw m of
 * a window's n digits are masked, and {@code (n/m) * sum over masked digits of -log p(y_ij | y_t)}
 * has the NELBO as its expectation. A window's estimate is the mean over its draws. ARM goes the
 * same way: one draw that scores all n targets, hence weight 1 and no mask noise.
 *
 * <p>Mask noise is measured by two independent replicates of draws: with Y0, Y1 their means and w0,
 * w1 their total shares, {@code w0 * w1 * (Y0 - Y1)^2} is an estimate of the variance of {@code w0
 * Y0 + w1 Y1} that is unbiased for equal shares. For unequal ones it is unbiased where a
 * replicate's variance falls with its number of draws, and too large where stratification makes it
 * fall faster.
 */
final class ExactCountNelbo {
  private static final int TOKENS_PER_FORWARD = 4096;

  private final Denoiser denoiser;

  ExactCountNelbo(Denoiser denoiser) {
    this.denoiser = denoiser;
  }

  /**
   * Scores every window under every draw.
   *
   * @param progress told the fraction done after each forward pass
   */
  WindowScores score(MaskDraws draws, DoubleConsumer progress) {
    double[][] sums = new double[2][draws.windows()];
    double[] joint = new double[draws.windows()];
    MaskRatioCurve curve = new MaskRatioCurve();
    List<int[]> groups = groups(draws);
    int done = 0;
    for (int[] group : groups) {
      for (int draw = 0; draw < draws.draws(); draw++) {
        Batch batch = draws.batch(group, draw);
        Denoiser.Costs costs = denoiser.costs(batch);
        double[] sum = sums[draws.replicate(draw)];
        for (int r = 0; r < group.length; r++) {
          int n = draws.digits(group[r]);
          int m = masked(batch, r);
          double weight = draws.share(draw) * n / m;
          sum[group[r]] += weight * costs.marginal()[r];
          joint[group[r]] += weight * costs.joint()[r];
          curve.add(m, n, costs.marginal()[r]);
        }
        progress.accept(++done / (double) (groups.size() * draws.draws()));
      }
    }
    return scores(draws, sums, joint, curve);
  }

  private static WindowScores scores(
      MaskDraws draws, double[][] sums, double[] joint, MaskRatioCurve curve) {
    double[] shares = new double[2];
    for (int draw = 0; draw < draws.draws(); draw++) {
      shares[draws.replicate(draw)] += draws.share(draw);
    }
    int[] tokens = new int[draws.windows()];
    double[] nelbo = new double[tokens.length];
    double[] variance = new double[tokens.length];
    for (int w = 0; w < tokens.length; w++) {
      tokens[w] = draws.length(w);
      nelbo[w] = sums[0][w] + sums[1][w];
      // With a single replicate shares[1] is 0 and the variance NaN: unknown, not absent.
      double difference = sums[0][w] / shares[0] - sums[1][w] / shares[1];
      variance[w] = draws.exact() ? 0 : shares[0] * shares[1] * difference * difference;
    }
    return new WindowScores(tokens, nelbo, variance, joint, curve.points());
  }

  /** Windows in order, cut where the length changes or a forward pass is full. */
  private static List<int[]> groups(MaskDraws draws) {
    List<int[]> groups = new ArrayList<>();
    int start = 0;
    while (start < draws.windows()) {
      int length = draws.length(start);
      int most = Math.max(1, TOKENS_PER_FORWARD / (length + 1));
      int end = start + 1;
      while (end < draws.windows() && end - start < most && draws.length(end) == length) {
        end++;
      }
      int[] group = new int[end - start];
      for (int i = 0; i < group.length; i++) {
        group[i] = start + i;
      }
      groups.add(group);
      start = end;
    }
    return groups;
  }

  private static int masked(Batch batch, int row) {
    int m = 0;
    for (int i = 0; i < batch.length(); i++) {
      m += Integer.bitCount(batch.masks()[row * batch.length() + i]);
    }
    if (m == 0) {
      throw new IllegalStateException("an exact-count draw masks at least one digit");
    }
    return m;
  }
}
