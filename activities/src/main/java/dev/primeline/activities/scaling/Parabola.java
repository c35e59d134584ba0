package dev.primeline.activities.scaling;

import dev.primeline.workflows.scaling.Place;
import java.util.List;
import org.hipparchus.distribution.continuous.TDistribution;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.QRDecomposition;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.RealVector;
import org.jspecify.annotations.Nullable;

/**
 * A least-squares parabola of the loss over {@code x = ln N} at one budget: {@code y = c0 + c1 z +
 * c2 z^2} with {@code z = x - centre}. Its minimum is the compute-optimal size N*(C) (METHOD
 * section 7).
 *
 * <p>The interval of the minimum is Fieller's: all x at which a slope of zero cannot be refused. It
 * is open where the curvature itself is not told from zero, and absent where as many numbers were
 * fitted as there are points.
 */
final class Parabola {

  private static final int COEFFICIENTS = 3;

  private final double centre;
  private final double smallest;
  private final double largest;
  private final double[] c;
  private final double[] residuals;
  private final double[][] spread;

  private Parabola(
      double centre,
      double smallest,
      double largest,
      double[] c,
      double[] residuals,
      double[][] spread) {
    this.centre = centre;
    this.smallest = smallest;
    this.largest = largest;
    this.c = c;
    this.residuals = residuals;
    this.spread = spread;
  }

  /** Whether a parabola is determined: three different sizes. */
  static boolean determinedBy(List<IsoFlopPoint> points) {
    return points.stream().mapToDouble(IsoFlopPoint::parameters).distinct().count() >= COEFFICIENTS;
  }

  /** The fit to points of one budget, which {@link #determinedBy} it. */
  static Parabola of(List<IsoFlopPoint> points) {
    return of(
        points.stream().mapToDouble(point -> Math.log(point.parameters())).toArray(),
        points.stream().mapToDouble(IsoFlopPoint::nats).toArray());
  }

  static Parabola of(double[] x, double[] y) {
    double centre = 0;
    double smallest = Double.POSITIVE_INFINITY;
    double largest = Double.NEGATIVE_INFINITY;
    for (double at : x) {
      centre += at / x.length;
      smallest = Math.min(smallest, at);
      largest = Math.max(largest, at);
    }
    RealMatrix design = MatrixUtils.createRealMatrix(x.length, COEFFICIENTS);
    for (int i = 0; i < x.length; i++) {
      double z = x[i] - centre;
      design.setRow(i, new double[] {1, z, z * z});
    }
    RealVector observed = MatrixUtils.createRealVector(y);
    RealVector fitted = new QRDecomposition(design).getSolver().solve(observed);
    RealMatrix spread =
        new QRDecomposition(design.transposeMultiply(design)).getSolver().getInverse();
    return new Parabola(
        centre,
        smallest,
        largest,
        fitted.toArray(),
        observed.subtract(design.operate(fitted)).toArray(),
        spread.getData());
  }

  /** The loss on the parabola. */
  double at(double x) {
    double z = x - centre;
    return c[0] + z * (c[1] + z * c[2]);
  }

  /** Measured minus fitted, in the order of the points. */
  double[] residuals() {
    return residuals.clone();
  }

  /** Points beyond those that the coefficients take up. */
  int degreesOfFreedom() {
    return residuals.length - COEFFICIENTS;
  }

  /** x of the lowest point; meaningful where the place is inside. */
  double minimum() {
    return centre - c[1] / (2 * c[2]);
  }

  /** Where the minimum lies; a parabola that opens downwards falls towards one of its ends. */
  Place place() {
    if (c[2] > 0) {
      double x = minimum();
      return x <= smallest ? Place.BELOW : x >= largest ? Place.ABOVE : Place.INSIDE;
    }
    return at(smallest) < at(largest) ? Place.BELOW : Place.ABOVE;
  }

  /** Where the minimum is, with 95 % confidence; null where no point is left to tell the noise. */
  @Nullable Interval minimumInterval() {
    if (degreesOfFreedom() < 1) {
      return null;
    }
    double squares = 0;
    for (double residual : residuals) {
      squares += residual * residual;
    }
    double t = new TDistribution(degreesOfFreedom()).inverseCumulativeProbability(0.975);
    double q = t * t * squares / degreesOfFreedom();
    // (c1 + 2 c2 z)^2 <= q var(c1 + 2 c2 z) is a z^2 + 2 b z + d <= 0.
    double a = 4 * (c[2] * c[2] - q * spread[2][2]);
    double b = 2 * (c[1] * c[2] - q * spread[1][2]);
    double d = c[1] * c[1] - q * spread[1][1];
    double root = b * b - a * d;
    if (a <= 0 || root < 0) {
      return new Interval(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
    }
    double half = Math.sqrt(root);
    return new Interval(centre + (-b - half) / a, centre + (-b + half) / a);
  }
}
