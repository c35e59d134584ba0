package dev.primeline.activities.subtokens;

import java.util.Arrays;

/**
 * The truncated singular value decomposition of [P, P^T], the contexts on the right and on the left
 * side by side, by subspace iteration on its Gram matrix P P^T + P^T P: Halko, Martinsson and
 * Tropp, "Finding structure with randomness", SIAM Review 2011. The start is fixed, the steps are
 * counted and every sum has one order, so the result has the same bits everywhere.
 */
final class LeadingVectors {

  private static final int ITERATIONS = 8;

  /** Vectors beyond those asked for, which make the last ones good. */
  private static final int SURPLUS = 16;

  /** A vector that has lost so much of its length to the others was in their span. */
  private static final double IN_SPAN = 1e-10;

  private final Cooccurrence.Sides sides;
  private final int rows;
  private final int width;
  private final Runnable alive;
  private final double[] left;
  private final double[] right;

  private LeadingVectors(Cooccurrence.Sides sides, int dimensions, Runnable alive) {
    this.sides = sides;
    this.rows = sides.following().columns().length;
    this.width = Math.min(rows, dimensions + SURPLUS);
    this.alive = alive;
    this.left = new double[Math.multiplyExact(rows, width)];
    this.right = new double[left.length];
  }

  /**
   * A row for every token: its entries in the leading left singular vectors, each times the square
   * root of its singular value.
   *
   * @param dimensions how many, at most; fewer when the vocabulary is smaller
   * @param alive told after every step
   * @return [V][dimensions]
   */
  static double[][] of(Cooccurrence.Sides sides, int dimensions, Runnable alive) {
    return new LeadingVectors(sides, dimensions, alive).find(dimensions);
  }

  private double[][] find(int dimensions) {
    double[] q = new double[left.length];
    PhiloxStream random = new PhiloxStream(0, StreamPurpose.CODE_ORDER, 0);
    for (int i = 0; i < q.length; i++) {
      q[i] = random.uniform() - 0.5;
    }
    double[][] columns = columns(q);
    orthonormalize(columns);
    for (int i = 0; i < ITERATIONS; i++) {
      columns = columns(gram(rowMajor(columns)));
      orthonormalize(columns);
    }
    double[] basis = rowMajor(columns);
    double[][] image = columns(gram(basis));
    double[][] small = new double[width][width];
    for (int a = 0; a < width; a++) {
      for (int b = 0; b <= a; b++) {
        small[a][b] = dot(columns[a], image[b]);
        small[b][a] = small[a][b];
      }
    }
    return embedding(basis, SymmetricEigen.of(small), Math.min(width, dimensions));
  }

  /** (P P^T + P^T P) q. */
  private double[] gram(double[] q) {
    Arrays.fill(left, 0);
    Arrays.fill(right, 0);
    sides.preceding().multiplyAdd(q, left, width);
    alive.run();
    sides.following().multiplyAdd(q, right, width);
    alive.run();
    double[] product = new double[q.length];
    sides.following().multiplyAdd(left, product, width);
    alive.run();
    sides.preceding().multiplyAdd(right, product, width);
    alive.run();
    return product;
  }

  private double[][] embedding(double[] basis, SymmetricEigen eigen, int dimensions) {
    double[][] embedding = new double[rows][dimensions];
    for (int d = 0; d < dimensions; d++) {
      // An eigenvalue of the Gram matrix is a singular value squared.
      double scale = Math.sqrt(Math.sqrt(Math.max(0, eigen.values()[d])));
      double[] mix = eigen.vectors()[d];
      for (int row = 0; row < rows; row++) {
        double sum = 0;
        for (int k = 0; k < width; k++) {
          sum += basis[row * width + k] * mix[k];
        }
        embedding[row][d] = scale * sum;
      }
    }
    return embedding;
  }

  /** Gram and Schmidt, twice, which is enough; what is in the span of the others becomes zero. */
  private static void orthonormalize(double[][] columns) {
    for (int k = 0; k < columns.length; k++) {
      double[] column = columns[k];
      double before = Math.sqrt(dot(column, column));
      for (int pass = 0; pass < 2; pass++) {
        for (int j = 0; j < k; j++) {
          addScaled(column, columns[j], -dot(column, columns[j]));
        }
      }
      double after = Math.sqrt(dot(column, column));
      double scale = after > IN_SPAN * before ? 1 / after : 0;
      for (int i = 0; i < column.length; i++) {
        column[i] *= scale;
      }
    }
  }

  private static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += x[i] * y[i];
    }
    return sum;
  }

  private static void addScaled(double[] x, double[] y, double scale) {
    for (int i = 0; i < x.length; i++) {
      x[i] += scale * y[i];
    }
  }

  private double[][] columns(double[] rowMajor) {
    double[][] columns = new double[width][rows];
    for (int i = 0; i < rows; i++) {
      for (int k = 0; k < width; k++) {
        columns[k][i] = rowMajor[i * width + k];
      }
    }
    return columns;
  }

  private double[] rowMajor(double[][] columns) {
    double[] rowMajor = new double[rows * width];
    for (int i = 0; i < rows; i++) {
      for (int k = 0; k < width; k++) {
        rowMajor[i * width + k] = columns[k][i];
      }
    }
    return rowMajor;
  }
}
