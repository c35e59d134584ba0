package dev.primeline.activities.evaluation;

import dev.primeline.workflows.evaluation.FamilyScores.TextClusters;

/**
 * Which windows vary together. The text error treats clusters, not windows, as independent.
 *
 * @param kind documents, blocks or sequences
 * @param count number of clusters
 * @param ofWindow [windows] cluster of each, non-decreasing from 0 to {@code count - 1}
 */
record Clusters(String kind, int count, int[] ofWindow) {
  private static final int FEWEST = 20;

  /** Every window stands alone: the sequences of a synthetic source. */
  static Clusters sequences(int windows) {
    int[] ofWindow = new int[windows];
    for (int w = 0; w < windows; w++) {
      ofWindow[w] = w;
    }
    return new Clusters("sequences", windows, ofWindow);
  }

  /**
   * Text: a window belongs to the document in which it begins (documents too short to hold a
   * window's beginning go with the window that covers them). With fewer than 20 such documents
   * contiguous blocks of windows are the clusters: {@code max(20, sqrt(windows))} of them, so that
   * blocks grow with the text and neighbours matter less, but never more than windows.
   *
   * @param documents [windows] the document in which each window begins, ascending
   */
  static Clusters text(int[] documents) {
    int[] ofWindow = new int[documents.length];
    int cluster = 0;
    for (int w = 1; w < documents.length; w++) {
      if (documents[w] != documents[w - 1]) {
        cluster++;
      }
      ofWindow[w] = cluster;
    }
    return cluster + 1 >= FEWEST
        ? new Clusters("documents", cluster + 1, ofWindow)
        : blocks(documents.length);
  }

  private static Clusters blocks(int windows) {
    int count = Math.min(windows, Math.max(FEWEST, (int) Math.sqrt(windows)));
    int[] ofWindow = new int[windows];
    for (int w = 0; w < windows; w++) {
      ofWindow[w] = (int) ((long) w * count / windows);
    }
    return new Clusters("blocks", count, ofWindow);
  }

  /**
   * Standard error of the ratio {@code sum of nats / sum of tokens} over clusters: with r the
   * ratio, Z_c and N_c the sums of a cluster and C their number, {@code sqrt(C / (C - 1) * sum_c
   * (Z_c - r N_c)^2) / sum_c N_c}. NaN with one cluster.
   */
  double ratioError(double[] nats, int[] tokens) {
    double[] clusterNats = new double[count];
    double[] clusterTokens = new double[count];
    double allNats = 0;
    double allTokens = 0;
    for (int w = 0; w < nats.length; w++) {
      clusterNats[ofWindow[w]] += nats[w];
      clusterTokens[ofWindow[w]] += tokens[w];
      allNats += nats[w];
      allTokens += tokens[w];
    }
    double squares = 0;
    for (int c = 0; c < count; c++) {
      double rest = clusterNats[c] - allNats / allTokens * clusterTokens[c];
      squares += rest * rest;
    }
    return Math.sqrt(count / (count - 1.0) * squares) / allTokens;
  }

  TextClusters summary() {
    return new TextClusters(kind, count);
  }
}
