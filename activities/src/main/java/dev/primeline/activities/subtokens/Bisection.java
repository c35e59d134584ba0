package dev.primeline.activities.subtokens;

import java.util.Arrays;
import java.util.Comparator;

/**
 * Puts points in an order in which neighbours share leading binary digits: with k digits left, the
 * 2^(k-1) points lowest along the first principal component get the digit 0, the rest 1, and each
 * side goes on by itself. The first digit is so the coarsest split, and the code of a point its
 * rank.
 */
final class Bisection {

  private static final int ITERATIONS = 60;

  private final double[][] points;
  private final int[] order;
  private final Runnable alive;

  private Bisection(double[][] points, Runnable alive) {
    this.points = points;
    this.alive = alive;
    this.order = new int[points.length];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
  }

  /**
   * The indices of the points in their order.
   *
   * @param points [n][dimensions]
   * @param digits with 2^digits >= n
   * @param alive told now and then
   */
  static int[] order(double[][] points, int digits, Runnable alive) {
    var bisection = new Bisection(points, alive);
    bisection.split(0, points.length, digits);
    return bisection.order;
  }

  private void split(int from, int to, int digits) {
    if (to - from < 2) {
      return;
    }
    int half = 1 << (digits - 1);
    if (to - from <= half) {
      split(from, to, digits - 1);
      return;
    }
    sort(from, to);
    if (half >= 1 << 10) {
      alive.run();
    }
    split(from, from + half, digits - 1);
    split(from + half, to, digits - 1);
  }

  private record Placed(int point, double place) {}

  private void sort(int from, int to) {
    double[] direction = principal(from, to);
    Placed[] placed = new Placed[to - from];
    for (int i = from; i < to; i++) {
      // Not negative zero, which would come before zero.
      placed[i - from] = new Placed(order[i], dot(points[order[i]], direction) + 0.0);
    }
    Arrays.sort(placed, Comparator.comparingDouble(Placed::place).thenComparingInt(Placed::point));
    for (int i = from; i < to; i++) {
      order[i] = placed[i - from].point();
    }
  }

  /**
   * The first principal component by power iteration, from the point that is farthest from the
   * middle; its largest entry is positive. Zero when the points are one.
   */
  private double[] principal(int from, int to) {
    int dimensions = points[0].length;
    double[] middle = new double[dimensions];
    for (int i = from; i < to; i++) {
      add(middle, points[order[i]], 1.0 / (to - from));
    }
    double[] direction = farthest(from, to, middle);
    for (int i = 0; i < ITERATIONS; i++) {
      double[] next = new double[dimensions];
      double offset = dot(middle, direction);
      double weights = 0;
      for (int p = from; p < to; p++) {
        double[] point = points[order[p]];
        double along = dot(point, direction) - offset;
        add(next, point, along);
        weights += along;
      }
      add(next, middle, -weights);
      if (!normalize(next)) {
        break;
      }
      boolean settled = Math.abs(dot(next, direction)) > 1 - 1e-12;
      direction = next;
      if (settled) {
        break;
      }
    }
    int largest = 0;
    for (int d = 1; d < dimensions; d++) {
      largest = Math.abs(direction[d]) > Math.abs(direction[largest]) ? d : largest;
    }
    if (direction[largest] < 0) {
      for (int d = 0; d < dimensions; d++) {
        direction[d] = -direction[d];
      }
    }
    return direction;
  }

  private double[] farthest(int from, int to, double[] middle) {
    double[] farthest = new double[middle.length];
    double distance = 0;
    for (int i = from; i < to; i++) {
      double[] away = points[order[i]].clone();
      add(away, middle, -1);
      double length = dot(away, away);
      if (length > distance) {
        distance = length;
        farthest = away;
      }
    }
    normalize(farthest);
    return farthest;
  }

  private static boolean normalize(double[] x) {
    double length = Math.sqrt(dot(x, x));
    if (length == 0) {
      return false;
    }
    for (int d = 0; d < x.length; d++) {
      x[d] /= length;
    }
    return true;
  }

  private static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int d = 0; d < x.length; d++) {
      sum += x[d] * y[d];
    }
    return sum;
  }

  private static void add(double[] sum, double[] x, double scale) {
    for (int d = 0; d < sum.length; d++) {
      sum[d] += scale * x[d];
    }
  }
}
