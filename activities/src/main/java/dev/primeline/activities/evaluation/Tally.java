package dev.primeline.activities.evaluation;

/**
 * Sums over draws, window by window, from which estimates and their mask noise follow. It may be
 * asked between draws.
 *
 * <p>Mask noise is measured by two independent replicates of draws: with Y0, Y1 the means of a
 * block of windows and w0, w1 the replicates' shares, {@code w0 * w1 * (Y0 - Y1)^2} is an estimate
 * of the variance of {@code w0 Y0 + w1 Y1} that is unbiased for equal shares. For unequal ones it
 * is unbiased where a replicate's variance falls with its number of draws, and too large where
 * stratification makes it fall faster.
 */
final class Tally {
  private final MaskDraws draws;
  private final double[][] sums;
  private final double[] joint;
  private final double[] shares = new double[2];
  private final MaskRatioCurve curve = new MaskRatioCurve();

  Tally(MaskDraws draws) {
    this.draws = draws;
    sums = new double[2][draws.windows()];
    joint = new double[draws.windows()];
  }

  /** A draw begins that counts so much. */
  void begin(int draw) {
    shares[draws.replicate(draw)] += draws.share(draw);
  }

  /**
   * Adds a window's cost under a draw.
   *
   * @param m masked digits of its n
   * @param weight of the cost, the draw's share included
   */
  void add(int draw, int window, int m, double weight, double marginal, double jointForm) {
    sums[draws.replicate(draw)][window] += weight * marginal;
    joint[window] += weight * jointForm;
    curve.add(m, draws.digits(window), marginal);
  }

  /**
   * What the draws so far say, as if they were all.
   *
   * @param part of the draws that were taken; 1 for all
   */
  WindowScores scores(double part) {
    int[] tokens = new int[draws.windows()];
    double[] nelbo = new double[tokens.length];
    double[] jointForm = new double[tokens.length];
    double[] difference = new double[draws.blocks()];
    for (int w = 0; w < tokens.length; w++) {
      tokens[w] = draws.length(w);
      nelbo[w] = (sums[0][w] + sums[1][w]) / part;
      jointForm[w] = joint[w] / part;
      // With a single replicate shares[1] is 0 and the variance NaN: unknown, not absent.
      difference[draws.block(w)] += sums[0][w] / shares[0] - sums[1][w] / shares[1];
    }
    double[] variance = new double[difference.length];
    for (int b = 0; b < variance.length; b++) {
      variance[b] =
          draws.exact() ? 0 : shares[0] * shares[1] / (part * part) * difference[b] * difference[b];
    }
    return new WindowScores(tokens, nelbo, variance, jointForm, curve.points());
  }
}
