package dev.primeline.activities.corpus;

import java.util.Arrays;

/**
 * The distribution that a chain keeps: pi P = pi, by the elimination of Grassmann, Taksar and
 * Heyman (1985), which never subtracts and so stays exact for chains that hardly mix.
 */
final class StationaryDistribution {

  private StationaryDistribution() {}

  /** Of an irreducible transition matrix; sums to 1. */
  static double[] of(double[][] transition) {
    int n = transition.length;
    double[][] p = new double[n][];
    for (int i = 0; i < n; i++) {
      p[i] = transition[i].clone();
    }
    for (int k = n - 1; k > 0; k--) {
      double leaving = 0;
      for (int j = 0; j < k; j++) {
        leaving += p[k][j];
      }
      for (int i = 0; i < k; i++) {
        p[i][k] /= leaving;
        for (int j = 0; j < k; j++) {
          p[i][j] += p[i][k] * p[k][j];
        }
      }
    }
    double[] pi = new double[n];
    pi[0] = 1;
    for (int k = 1; k < n; k++) {
      for (int i = 0; i < k; i++) {
        pi[k] += pi[i] * p[i][k];
      }
    }
    double sum = Arrays.stream(pi).sum();
    return Arrays.stream(pi).map(x -> x / sum).toArray();
  }
}
