package dev.primeline.activities.subtokens;

/**
 * Eigenvalues and eigenvectors of a small symmetric matrix by Jacobi's rotations, in an order of
 * operations that is fixed for ever: stored codes depend on the last bit.
 *
 * @param values descending
 * @param vectors [n][n]; row i belongs to value i
 */
record SymmetricEigen(double[] values, double[][] vectors) {

  private static final int MOST_SWEEPS = 60;

  /** Of a symmetric matrix, which is used up. */
  static SymmetricEigen of(double[][] a) {
    int n = a.length;
    double[][] v = new double[n][n];
    for (int i = 0; i < n; i++) {
      v[i][i] = 1;
    }
    for (int sweep = 0; sweep < MOST_SWEEPS && offDiagonal(a) > 1e-30 * diagonal(a); sweep++) {
      for (int p = 0; p < n - 1; p++) {
        for (int q = p + 1; q < n; q++) {
          rotate(a, v, p, q);
        }
      }
    }
    return sorted(a, v);
  }

  /** Makes a[p][q] zero. */
  private static void rotate(double[][] a, double[][] v, int p, int q) {
    if (a[p][q] == 0) {
      return;
    }
    double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
    double t = Math.copySign(1, theta) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
    double c = 1 / Math.sqrt(t * t + 1);
    double s = t * c;
    for (int k = 0; k < a.length; k++) {
      double kp = a[k][p];
      double kq = a[k][q];
      a[k][p] = c * kp - s * kq;
      a[k][q] = s * kp + c * kq;
    }
    turn(a[p], a[q], c, s);
    turn(v[p], v[q], c, s);
  }

  private static void turn(double[] p, double[] q, double c, double s) {
    for (int k = 0; k < p.length; k++) {
      double x = p[k];
      double y = q[k];
      p[k] = c * x - s * y;
      q[k] = s * x + c * y;
    }
  }

  private static double offDiagonal(double[][] a) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < i; j++) {
        sum += a[i][j] * a[i][j];
      }
    }
    return sum;
  }

  private static double diagonal(double[][] a) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i][i] * a[i][i];
    }
    return sum;
  }

  /** By value, and equal ones in the order in which they were found. */
  private static SymmetricEigen sorted(double[][] a, double[][] v) {
    int n = a.length;
    double[] values = new double[n];
    double[][] vectors = new double[n][];
    boolean[] taken = new boolean[n];
    for (int rank = 0; rank < n; rank++) {
      int largest = -1;
      for (int i = 0; i < n; i++) {
        if (!taken[i] && (largest < 0 || a[i][i] > a[largest][largest])) {
          largest = i;
        }
      }
      taken[largest] = true;
      values[rank] = a[largest][largest];
      vectors[rank] = v[largest];
    }
    return new SymmetricEigen(values, vectors);
  }
}
