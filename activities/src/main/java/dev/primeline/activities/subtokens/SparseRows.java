package dev.primeline.activities.subtokens;

import java.util.stream.IntStream;

/**
 * A sparse matrix by rows. Every product is summed in one order, whatever the number of threads, so
 * it has the same bits everywhere.
 *
 * @param columns of the entries of each row, ascending
 * @param values of the entries of each row
 */
record SparseRows(int[][] columns, float[][] values) {

  private static final int ROWS_PER_TASK = 64;

  /** Number of entries. */
  long entries() {
    long entries = 0;
    for (int[] row : columns) {
      entries += row.length;
    }
    return entries;
  }

  /**
   * Adds this matrix times another to a third.
   *
   * @param x [columns, width], row by row
   * @param sum [rows, width], row by row
   */
  void multiplyAdd(double[] x, double[] sum, int width) {
    int tasks = (columns.length + ROWS_PER_TASK - 1) / ROWS_PER_TASK;
    IntStream.range(0, tasks)
        .parallel()
        .forEach(
            task -> {
              int end = Math.min(columns.length, (task + 1) * ROWS_PER_TASK);
              double[] row = new double[width];
              for (int i = task * ROWS_PER_TASK; i < end; i++) {
                System.arraycopy(sum, i * width, row, 0, width);
                addRow(i, x, row, width);
                System.arraycopy(row, 0, sum, i * width, width);
              }
            });
  }

  private void addRow(int i, double[] x, double[] row, int width) {
    int[] at = columns[i];
    float[] value = values[i];
    for (int e = 0; e < at.length; e++) {
      double v = value[e];
      int from = at[e] * width;
      for (int d = 0; d < width; d++) {
        row[d] += v * x[from + d];
      }
    }
  }
}
