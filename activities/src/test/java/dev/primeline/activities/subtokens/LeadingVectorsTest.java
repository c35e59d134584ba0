package dev.primeline.activities.subtokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class LeadingVectorsTest {

  @Test
  void eigenvectorsMakeTheMatrixAgain() {
    double[][] a = symmetric(12, 4);
    SymmetricEigen eigen = SymmetricEigen.of(copy(a));
    for (int i = 0; i < 12; i++) {
      assertThat(eigen.values()[i]).isLessThanOrEqualTo(i == 0 ? 1e9 : eigen.values()[i - 1]);
      for (int j = 0; j < 12; j++) {
        double sum = 0;
        for (int k = 0; k < 12; k++) {
          sum += eigen.values()[k] * eigen.vectors()[k][i] * eigen.vectors()[k][j];
        }
        assertThat(sum).isCloseTo(a[i][j], within(1e-12));
      }
    }
  }

  /** X X^T of the embedding X is U S U^T, the square root of the Gram matrix in its own space. */
  @Test
  void theEmbeddingIsThatOfTheFullDecomposition() {
    int n = 40;
    double[][] p = new double[n][n];
    Random random = new Random(6);
    for (double[] row : p) {
      for (int c = 0; c < n; c++) {
        row[c] = random.nextInt(4) == 0 ? (float) random.nextDouble() : 0;
      }
    }
    double[][] gram = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        for (int k = 0; k < n; k++) {
          gram[i][j] += p[i][k] * p[j][k] + p[k][i] * p[k][j];
        }
      }
    }
    SymmetricEigen full = SymmetricEigen.of(gram);
    double[][] found =
        LeadingVectors.of(new Cooccurrence.Sides(sparse(p), sparse(transposed(p))), 5, () -> {});
    for (int i = 0; i < n; i++) {
      assertThat(found[i]).hasSize(5);
      for (int j = 0; j < n; j++) {
        double expected = 0;
        double actual = 0;
        for (int d = 0; d < 5; d++) {
          double s = Math.sqrt(full.values()[d]);
          expected += s * full.vectors()[d][i] * full.vectors()[d][j];
          actual += found[i][d] * found[j][d];
        }
        assertThat(actual).isCloseTo(expected, within(1e-3));
      }
    }
  }

  @Test
  void neighboursOnALineAreNeighboursInTheOrder() {
    double[][] points = new double[23][2];
    int[] shuffled = new Permutation(Permutation.FISHER_YATES, 23, 3).first(23);
    for (int i = 0; i < 23; i++) {
      points[i][0] = 1 + 0.5 * shuffled[i];
      points[i][1] = 2 + 2.0 * shuffled[i];
    }
    int[] order = Bisection.order(points, 5, () -> {});
    for (int rank = 0; rank < 23; rank++) {
      assertThat(shuffled[order[rank]]).isEqualTo(rank);
    }
  }

  @Test
  void pointsThatAreOneStayInTheirOrder() {
    assertThat(Bisection.order(new double[9][3], 4, () -> {}))
        .containsExactly(IntStream.range(0, 9).toArray());
  }

  private static SparseRows sparse(double[][] dense) {
    int[][] columns = new int[dense.length][];
    float[][] values = new float[dense.length][];
    for (int i = 0; i < dense.length; i++) {
      double[] row = dense[i];
      columns[i] = IntStream.range(0, row.length).filter(c -> row[c] != 0).toArray();
      values[i] = new float[columns[i].length];
      for (int e = 0; e < columns[i].length; e++) {
        values[i][e] = (float) row[columns[i][e]];
      }
    }
    return new SparseRows(columns, values);
  }

  private static double[][] symmetric(int n, long seed) {
    Random random = new Random(seed);
    double[][] a = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        a[i][j] = random.nextGaussian();
        a[j][i] = a[i][j];
      }
    }
    return a;
  }

  private static double[][] copy(double[][] a) {
    return java.util.Arrays.stream(a).map(double[]::clone).toArray(double[][]::new);
  }

  private static double[][] transposed(double[][] a) {
    double[][] t = new double[a.length][a.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a.length; j++) {
        t[j][i] = a[i][j];
      }
    }
    return t;
  }
}
