package dev.primeline.workflows.experiment;

/**
 * Integer facts about codes of ell digits in base b. Floating-point roots err (V = 32768, ell = 5).
 */
public final class Codes {

  private Codes() {}

  /** base^ell, or {@link Long#MAX_VALUE} when it does not fit. */
  public static long count(int base, int ell) {
    long count = 1;
    for (int j = 0; j < ell; j++) {
      if (count > Long.MAX_VALUE / base) {
        return Long.MAX_VALUE;
      }
      count *= base;
    }
    return count;
  }

  /** The smallest b of at least 2 with b^ell >= vocabularySize. */
  public static int smallestBase(int vocabularySize, int ell) {
    int low = 2;
    int high = Math.max(2, vocabularySize);
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (count(middle, ell) >= vocabularySize) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /** ceil(log2 values), and at least 1: the bits that one of so many values needs. */
  public static int bits(int values) {
    return Math.max(1, 32 - Integer.numberOfLeadingZeros(values - 1));
  }
}
