package dev.primeline.activities.corpus;

import java.util.Random;

/**
 * Draws rows of a symmetric Dirichlet distribution, the same ones on every machine: the generator
 * is {@link Random}, whose algorithm is specified, and the functions are {@link StrictMath}'s.
 */
final class DirichletRows {
  /** Keeps every transition possible, so that a chain always has one stationary distribution. */
  private static final double SMALLEST = 1e-12;

  private DirichletRows() {}

  /** {@code rows} rows of {@code columns} positive probabilities; each row sums to 1. */
  static double[][] draw(int rows, int columns, double concentration, Random random) {
    double[][] matrix = new double[rows][columns];
    for (double[] row : matrix) {
      double largest = Double.NEGATIVE_INFINITY;
      for (int j = 0; j < columns; j++) {
        row[j] = logGamma(concentration, random);
        largest = Math.max(largest, row[j]);
      }
      double sum = 0;
      for (int j = 0; j < columns; j++) {
        row[j] = Math.max(SMALLEST, StrictMath.exp(row[j] - largest));
        sum += row[j];
      }
      for (int j = 0; j < columns; j++) {
        row[j] /= sum;
      }
    }
    return matrix;
  }

  /**
   * Logarithm of a Gamma(shape, 1) draw: Marsaglia and Tsang, "A simple method for generating gamma
   * variables" (2000); below shape 1 by Gamma(shape + 1) * U^(1/shape), in logs because the power
   * underflows for small shapes.
   */
  private static double logGamma(double shape, Random random) {
    if (shape < 1) {
      return logGamma(shape + 1, random) + StrictMath.log(1 - random.nextDouble()) / shape;
    }
    double d = shape - 1.0 / 3;
    double c = 1 / StrictMath.sqrt(9 * d);
    while (true) {
      double x = random.nextGaussian();
      double root = 1 + c * x;
      if (root <= 0) {
        continue;
      }
      double v = root * root * root;
      double u = 1 - random.nextDouble();
      if (StrictMath.log(u) < 0.5 * x * x + d - d * v + d * StrictMath.log(v)) {
        return StrictMath.log(d) + StrictMath.log(v);
      }
    }
  }
}
