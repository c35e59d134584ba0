package dev.primeline.activities.subtokens;

/**
 * The random words that belong to one (seed, purpose, index): a pure function of the three, so no
 * state of it is ever saved. Block k has the key {@code seed} and the counter {@code (k, index low
 * word, index high word, purpose)}. One thread at a time; 2^34 words.
 */
public final class PhiloxStream {

  private static final long LOW = 0xFFFFFFFFL;

  private final long seed;
  private final int purpose;
  private final long index;
  private final int[] words = new int[4];
  private int block;
  private int used = 4;

  public PhiloxStream(long seed, StreamPurpose purpose, long index) {
    this.seed = seed;
    this.purpose = purpose.word();
    this.index = index;
  }

  /** The next 32 random bits. */
  public int next() {
    if (used == 4) {
      Philox.block(block++, (int) index, (int) (index >>> 32), purpose, seed, words);
      used = 0;
    }
    return words[used++];
  }

  /**
   * An exactly uniform integer in [0, bound), bound >= 1, by multiplication and rejection: Lemire,
   * "Fast random integer generation in an interval", TOMACS 2019.
   */
  public int below(int bound) {
    if (bound < 1) {
      throw new IllegalArgumentException("bound is " + bound + ", expected at least 1");
    }
    long product = (next() & LOW) * bound;
    if ((product & LOW) < bound) {
      int surplus = Integer.remainderUnsigned(-bound, bound);
      while ((product & LOW) < surplus) {
        product = (next() & LOW) * bound;
      }
    }
    return (int) (product >>> 32);
  }

  /**
   * A uniform multiple of 2^-53 in [0, 1), from the top bits of two words, the first the higher.
   */
  public double uniform() {
    int high = next() >>> 5;
    int low = next() >>> 6;
    return (((long) high << 26) + low) * 0x1.0p-53;
  }
}
