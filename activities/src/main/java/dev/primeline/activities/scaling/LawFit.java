package dev.primeline.activities.scaling;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.hipparchus.exception.MathRuntimeException;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.RealVector;
import org.hipparchus.optim.nonlinear.vector.leastsquares.LeastSquaresBuilder;
import org.hipparchus.optim.nonlinear.vector.leastsquares.LeastSquaresOptimizer.Optimum;
import org.hipparchus.optim.nonlinear.vector.leastsquares.LevenbergMarquardtOptimizer;
import org.hipparchus.util.Pair;

/**
 * Fits a {@link ScalingLaw}: the smallest sum of Huber's function of {@code ln L(N, D) - ln loss},
 * over {@code (ln E, ln A, ln B, alpha, beta)}, by Levenberg and Marquardt from many starts.
 *
 * <p>In raw space the gradient by A and B is some millionths of that by the exponents, and a single
 * start leaves them where it put them; in log space all five are of one size. Residuals go in as
 * {@code sign(r) sqrt(2 huber(r))}, so that their half sum of squares is Huber's sum exactly.
 */
final class LawFit {

  /**
   * A fit that ended.
   *
   * @param law where it ended
   * @param objective Huber's sum there
   */
  record End(ScalingLaw law, double objective) {}

  /** Where Huber's function turns from squares to distances, as in Hoffmann et al. (2022). */
  static final double HUBER = 1e-3;

  private static final double[] EXPONENTS = {0.15, 0.35, 0.7, 1.2};
  private static final double[] FLOORS = {0.2, 0.6, 0.9};
  private static final int MOST_STEPS = 1000;

  private final double[] logN;
  private final double[] logD;
  private final double[] logLoss;

  LawFit(List<IsoFlopPoint> points) {
    logN = points.stream().mapToDouble(point -> Math.log(point.parameters())).toArray();
    logD = points.stream().mapToDouble(point -> Math.log(point.tokens())).toArray();
    logLoss = points.stream().mapToDouble(point -> Math.log(point.nats())).toArray();
  }

  /** Where each start led, the best first; starts that led nowhere are left out. */
  List<End> fromEverywhere() {
    List<double[]> starts = new ArrayList<>();
    for (double alpha : EXPONENTS) {
      for (double beta : EXPONENTS) {
        for (double floor : FLOORS) {
          starts.add(start(alpha, beta, floor));
        }
      }
    }
    return starts.parallelStream()
        .flatMap(start -> from(start).stream())
        .sorted(Comparator.comparingDouble(End::objective))
        .toList();
  }

  /** The best end of a few starts; null when none led anywhere. */
  @org.jspecify.annotations.Nullable
  End fromSome(List<ScalingLaw> starts) {
    return starts.stream()
        .flatMap(start -> from(start.logarithms()).stream())
        .min(Comparator.comparingDouble(End::objective))
        .orElse(null);
  }

  /** E is a share of the lowest loss; A and B share what the middle loss has above it. */
  private double[] start(double alpha, double beta, double floor) {
    double e = floor * Math.exp(Arrays.stream(logLoss).min().orElse(0));
    double above = Math.max(Math.exp(mean(logLoss)) - e, 1e-3) / 2;
    return new double[] {
      Math.log(e),
      Math.log(above) + alpha * mean(logN),
      Math.log(above) + beta * mean(logD),
      alpha,
      beta
    };
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElse(0);
  }

  /** Empty where it leads nowhere. */
  private Optional<End> from(double[] start) {
    try {
      Optimum optimum =
          new LevenbergMarquardtOptimizer()
              .withCostRelativeTolerance(1e-9)
              .withParameterRelativeTolerance(1e-9)
              .optimize(
                  new LeastSquaresBuilder()
                      .start(start)
                      .target(new double[logLoss.length])
                      .model(this::residuals)
                      .maxEvaluations(MOST_STEPS)
                      .maxIterations(MOST_STEPS)
                      .build());
      double cost = optimum.getCost();
      ScalingLaw law = ScalingLaw.ofLogarithms(optimum.getPoint().toArray());
      if (Double.isFinite(cost) && Double.isFinite(law.alpha() + law.beta())) {
        return Optional.of(new End(law, cost * cost / 2));
      }
    } catch (MathRuntimeException ledNowhere) {
      // Too many steps or a singular one: another start may do better, and those that end are told.
    }
    return Optional.empty();
  }

  /** Residuals after Huber, and their derivatives by the five numbers. */
  private Pair<RealVector, RealMatrix> residuals(RealVector p) {
    int n = logLoss.length;
    double[] values = new double[n];
    double[][] slopes = new double[n][5];
    for (int i = 0; i < n; i++) {
      double tE = Math.exp(p.getEntry(0));
      double tA = Math.exp(p.getEntry(1) - p.getEntry(3) * logN[i]);
      double tB = Math.exp(p.getEntry(2) - p.getEntry(4) * logD[i]);
      double loss = tE + tA + tB;
      double r = Math.log(loss) - logLoss[i];
      double size = Math.abs(r);
      double bent =
          size <= HUBER ? r : Math.signum(r) * Math.sqrt(2 * HUBER * size - HUBER * HUBER);
      double slope = size <= HUBER ? 1 : HUBER / Math.abs(bent);
      values[i] = bent;
      slopes[i][0] = slope * tE / loss;
      slopes[i][1] = slope * tA / loss;
      slopes[i][2] = slope * tB / loss;
      slopes[i][3] = -slope * tA / loss * logN[i];
      slopes[i][4] = -slope * tB / loss * logD[i];
    }
    return new Pair<>(MatrixUtils.createRealVector(values), MatrixUtils.createRealMatrix(slopes));
  }
}
