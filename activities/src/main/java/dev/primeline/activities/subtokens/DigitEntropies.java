package dev.primeline.activities.subtokens;

/** How much each digit says, on a text: the even spread that shuffled codes are for. */
public final class DigitEntropies {

  private DigitEntropies() {}

  /**
   * Entropy in nats of each digit's empirical distribution, most significant first; 0 without any
   * token. The same bits on every machine.
   *
   * @param tokenCounts [V] how often each token occurs
   */
  public static double[] of(SubTokenizer subTokenizer, long[] tokenCounts) {
    if (tokenCounts.length != subTokenizer.vocabularySize()) {
      throw new IllegalArgumentException(
          "%d token counts for a vocabulary of %d"
              .formatted(tokenCounts.length, subTokenizer.vocabularySize()));
    }
    double[] entropies = new double[subTokenizer.ell()];
    for (int j = 0; j < entropies.length; j++) {
      long[] digitCounts = new long[subTokenizer.base()];
      for (int token = 0; token < tokenCounts.length; token++) {
        digitCounts[subTokenizer.digit(token, j)] += tokenCounts[token];
      }
      entropies[j] = entropy(digitCounts);
    }
    return entropies;
  }

  /** Entropy in nats of a distribution given by counts; 0 when all are. */
  static double entropy(long[] counts) {
    long total = 0;
    for (long count : counts) {
      total += count;
    }
    double nats = 0;
    for (long count : counts) {
      if (count > 0) {
        double share = (double) count / total;
        nats -= share * StrictMath.log(share);
      }
    }
    return nats;
  }
}
