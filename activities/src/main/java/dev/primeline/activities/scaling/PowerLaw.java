package dev.primeline.activities.scaling;

import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * {@code value ~ C^exponent} along a frontier, by least squares in log space.
 *
 * @param exponent the slope
 * @param interval of it, over redrawn noise; null where noise cannot be told
 */
public record PowerLaw(double exponent, @Nullable Interval interval) {

  /** The slope; NaN below two budgets. */
  static double slope(List<FrontierPoint> points, ToDoubleFunction<FrontierPoint> value) {
    double meanX = points.stream().mapToDouble(p -> Math.log(p.flops())).average().orElse(0);
    double meanY =
        points.stream().mapToDouble(p -> Math.log(value.applyAsDouble(p))).average().orElse(0);
    double xx = 0;
    double xy = 0;
    for (FrontierPoint point : points) {
      double x = Math.log(point.flops()) - meanX;
      xx += x * x;
      xy += x * (Math.log(value.applyAsDouble(point)) - meanY);
    }
    return xy / xx;
  }
}
