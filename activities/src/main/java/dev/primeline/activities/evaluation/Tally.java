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
 *
 * <p>Where draws prefer some m, their importance is a control variate: its mean over a window's
 * draws is known to be 1, and a window whose draws happened to weigh more by d costs about d times
 * its tokens' average too much. That is taken off, with the average that the other replicate found:
 * being independent of d, it leaves the estimate unbiased. Where m is uniform, d is 0.
 */
final class Tally {
  private final MaskDraws draws;
  private final double[][] sums;
  private final double[][] joint;
  private final double[][] excess;
  private final double[] shares = new double[2];
  private final MaskRatioCurve curve = new MaskRatioCurve();

  Tally(MaskDraws draws) {
    this.draws = draws;
    sums = new double[2][draws.windows()];
    joint = new double[2][draws.windows()];
    excess = new double[2][draws.windows()];
  }

  /** A draw begins that counts so much. */
  void begin(int draw) {
    shares[draws.replicate(draw)] += draws.share(draw);
  }

  /**
   * Adds a window's cost under a draw.
   *
   * @param m masked digits of its n
   * @param weight of the cost, the draw's share and importance included
   */
  void add(int draw, int window, int m, double weight, double marginal, double jointForm) {
    int replicate = draws.replicate(draw);
    sums[replicate][window] += weight * marginal;
    joint[replicate][window] += weight * jointForm;
    excess[replicate][window] += draws.share(draw) * (draws.importance(window, m) - 1);
    curve.add(m, draws.digits(window), marginal);
  }

  /**
   * What the draws so far say, as if they were all.
   *
   * @param part of the draws that were taken; 1 for all
   */
  WindowScores scores(double part) {
    double[][] bound = {controlled(sums, 0), controlled(sums, 1)};
    double[][] published = {controlled(joint, 0), controlled(joint, 1)};
    int[] tokens = new int[draws.windows()];
    double[] nelbo = new double[tokens.length];
    double[] jointForm = new double[tokens.length];
    double[] difference = new double[draws.blocks()];
    for (int w = 0; w < tokens.length; w++) {
      tokens[w] = draws.length(w);
      nelbo[w] = (bound[0][w] + bound[1][w]) / part;
      jointForm[w] = (published[0][w] + published[1][w]) / part;
      // With a single replicate shares[1] is 0 and the variance NaN: unknown, not absent.
      difference[draws.block(w)] += bound[0][w] / shares[0] - bound[1][w] / shares[1];
    }
    double[] variance = new double[difference.length];
    for (int b = 0; b < variance.length; b++) {
      variance[b] =
          draws.exact() ? 0 : shares[0] * shares[1] / (part * part) * difference[b] * difference[b];
    }
    return new WindowScores(tokens, nelbo, variance, jointForm, curve.points());
  }

  /** A replicate's sums without what its draws weigh too much. */
  private double[] controlled(double[][] sums, int replicate) {
    if (shares[0] == 0 || shares[1] == 0) {
      return sums[replicate];
    }
    int other = 1 - replicate;
    double nats = 0;
    double weighed = 0;
    for (int w = 0; w < draws.windows(); w++) {
      nats += sums[other][w];
      weighed += (shares[other] + excess[other][w]) * draws.length(w);
    }
    double[] controlled = new double[draws.windows()];
    for (int w = 0; w < controlled.length; w++) {
      controlled[w] =
          excess[replicate][w] == 0
              ? sums[replicate][w]
              : sums[replicate][w] - nats / weighed * draws.length(w) * excess[replicate][w];
    }
    return controlled;
  }
}
