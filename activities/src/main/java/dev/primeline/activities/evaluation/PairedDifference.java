package dev.primeline.activities.evaluation;

import java.util.Arrays;

/**
 * The difference of two scores of the same windows. Its error is that of the per-window
 * differences: text that is hard for both models cancels, and so does mask noise where both saw the
 * same masks.
 *
 * @param natsPerToken first minus second
 * @param standardError over clusters of text, mask noise included
 */
public record PairedDifference(double natsPerToken, double standardError) {

  /** Whether two evaluations scored the same windows. */
  public static boolean possible(StoredEvaluation first, StoredEvaluation second) {
    return first.inputs().corpus().equals(second.inputs().corpus())
        && Arrays.equals(first.windows().tokens(), second.windows().tokens());
  }

  /**
   * Compares two evaluations of one text.
   *
   * @throws IllegalArgumentException when they scored different windows
   */
  public static PairedDifference of(StoredEvaluation first, StoredEvaluation second) {
    StoredEvaluation.WindowTable a = first.windows();
    StoredEvaluation.WindowTable b = second.windows();
    if (!possible(first, second)) {
      throw new IllegalArgumentException(
          "%s and %s were scored on different windows"
              .formatted(first.inputs().family(), second.inputs().family()));
    }
    double[] nats = new double[a.tokens().length];
    for (int row = 0; row < nats.length; row++) {
      nats[row] = (double) a.nelbo()[row] - b.nelbo()[row];
    }
    Clusters clusters = new Clusters("rows", a.clusters()[nats.length - 1] + 1, a.clusters());
    return new PairedDifference(
        Arrays.stream(nats).sum() / Arrays.stream(a.tokens()).asLongStream().sum(),
        clusters.ratioError(nats, a.tokens()));
  }
}
