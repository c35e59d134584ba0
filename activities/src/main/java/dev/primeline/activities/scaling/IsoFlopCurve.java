package dev.primeline.activities.scaling;

import dev.primeline.workflows.scaling.Place;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The trainings of one family at one budget, and their parabola.
 *
 * @param flops the budget C
 * @param points by size, smallest first
 * @param parabola null below three different sizes
 */
record IsoFlopCurve(double flops, List<IsoFlopPoint> points, @Nullable Parabola parabola) {

  IsoFlopCurve {
    points = List.copyOf(points);
  }

  static IsoFlopCurve of(double flops, List<IsoFlopPoint> points) {
    return new IsoFlopCurve(
        flops, points, Parabola.determinedBy(points) ? Parabola.of(points) : null);
  }

  /** The compute-optimal size and what it scores; null where no minimum lies among the sizes. */
  @Nullable FrontierPoint optimum() {
    Parabola fitted = parabola;
    return fitted == null || fitted.place() != Place.INSIDE ? null : optimum(fitted);
  }

  private FrontierPoint optimum(Parabola fitted) {
    double x = fitted.minimum();
    Interval size = fitted.minimumInterval();
    return new FrontierPoint(
        flops,
        Math.exp(x),
        size == null ? null : new Interval(Math.exp(size.low()), Math.exp(size.high())),
        Math.exp(logTokens(x)),
        fitted.at(x));
  }

  /** ln D at ln N, along the measured sizes: the budget fixes D where FLOPs per token are known. */
  private double logTokens(double x) {
    IsoFlopPoint below = points.get(0);
    IsoFlopPoint above = points.get(points.size() - 1);
    for (IsoFlopPoint point : points) {
      if (Math.log(point.parameters()) <= x) {
        below = point;
      }
    }
    for (int i = points.size() - 1; i >= 0; i--) {
      if (Math.log(points.get(i).parameters()) > x) {
        above = points.get(i);
      }
    }
    double from = Math.log(below.parameters());
    double share = (x - from) / (Math.log(above.parameters()) - from);
    return (1 - share) * Math.log(below.tokens()) + share * Math.log(above.tokens());
  }

  /** The same sizes with other losses. */
  IsoFlopCurve with(double[] nats) {
    double[] x = points.stream().mapToDouble(point -> Math.log(point.parameters())).toArray();
    return new IsoFlopCurve(flops, points, Parabola.of(x, nats));
  }
}
