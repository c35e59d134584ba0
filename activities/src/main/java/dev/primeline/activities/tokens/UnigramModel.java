package dev.primeline.activities.tokens;

/** The simplest model of a text: how often each token occurs, add-one smoothed. */
final class UnigramModel {

  private UnigramModel() {}

  /**
   * Cross entropy in nats per token of held-out counts under p(v) = (train(v) + 1) / (N + V).
   *
   * @param train [V] counts
   * @param heldout [V] counts, not all 0
   */
  static double crossEntropy(long[] train, long[] heldout) {
    double total = train.length;
    for (long count : train) {
      total += count;
    }
    double nats = 0;
    double scored = 0;
    for (int v = 0; v < heldout.length; v++) {
      if (heldout[v] > 0) {
        nats -= heldout[v] * Math.log((train[v] + 1) / total);
        scored += heldout[v];
      }
    }
    return nats / scored;
  }
}
