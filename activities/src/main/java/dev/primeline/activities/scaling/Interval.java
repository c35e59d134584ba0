package dev.primeline.activities.scaling;

import java.util.Arrays;

/**
 * Holds a value with 95 % confidence.
 *
 * @param low its lower end; may be negative infinity
 * @param high its upper end; may be infinity
 */
public record Interval(double low, double high) {

  /** What of a distribution lies outside, at both ends together. */
  static final double OUTSIDE = 0.05;

  public Interval {
    if (!(low <= high)) {
      throw new IllegalArgumentException("from %s to %s".formatted(low, high));
    }
  }

  /** The middle 95 % of bootstrap values, by linear interpolation of their order. */
  static Interval of(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return new Interval(quantile(sorted, OUTSIDE / 2), quantile(sorted, 1 - OUTSIDE / 2));
  }

  private static double quantile(double[] sorted, double share) {
    double at = share * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }

  /** Whether the value lies inside, ends included. */
  public boolean contains(double value) {
    return low <= value && value <= high;
  }

  /** From end to end. */
  public double width() {
    return high - low;
  }
}
