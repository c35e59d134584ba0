package dev.primeline.activities.scaling;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.hipparchus.distribution.continuous.TDistribution;
import org.jspecify.annotations.Nullable;

/**
 * How far trainings that differ in nothing but their seed lie apart, pooled over all cells that
 * have several seeds.
 *
 * @param deviation of one training, in nats per token; NaN without a cell of two seeds
 * @param degreesOfFreedom seeds beyond the first of each cell
 */
record Noise(double deviation, int degreesOfFreedom) {

  /** Of the trainings that these points tell of. */
  static Noise of(List<IsoFlopPoint> points) {
    record Cell(String family, double flops, double parameters) {}
    Map<Cell, List<Double>> cells =
        points.stream()
            .collect(
                Collectors.groupingBy(
                    point -> new Cell(point.family(), point.flops(), point.parameters()),
                    LinkedHashMap::new,
                    Collectors.mapping(IsoFlopPoint::nats, Collectors.toList())));
    double squares = 0;
    int degrees = 0;
    for (List<Double> seeds : cells.values()) {
      double mean = seeds.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
      squares += seeds.stream().mapToDouble(nats -> (nats - mean) * (nats - mean)).sum();
      degrees += seeds.size() - 1;
    }
    return new Noise(degrees == 0 ? Double.NaN : Math.sqrt(squares / degrees), degrees);
  }

  /**
   * The interval of a sum of trainings, by Student's t.
   *
   * @param nats the sum's value
   * @param variance of the sum, in units of one training's
   * @param comparisons that hold together with 95 % (Bonferroni), at least 1
   * @return null where no cell has two seeds
   */
  @Nullable Interval around(double nats, double variance, int comparisons) {
    if (degreesOfFreedom == 0) {
      return null;
    }
    double half =
        new TDistribution(degreesOfFreedom)
                .inverseCumulativeProbability(1 - Interval.OUTSIDE / 2 / comparisons)
            * deviation
            * Math.sqrt(variance);
    return new Interval(nats - half, nats + half);
  }
}
