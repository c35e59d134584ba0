package dev.primeline.activities.batches;

import dev.primeline.activities.subtokens.PhiloxStream;
import java.util.Arrays;

/** Which digits of a sequence are masked. */
public final class Masks {

  private Masks() {}

  /**
   * Masks a uniformly drawn subset of exactly m of the {@code length * ell} digits: selection
   * sampling, Knuth, TAOCP volume 2, algorithm 3.4.2 S, with exact integer draws.
   *
   * @param ell digits per token, at most 30
   * @param masks [.., length] from {@code offset} on; bit j of a token = digit j, 0 the most
   *     significant
   */
  public static void draw(
      int length, int ell, int m, PhiloxStream stream, int[] masks, int offset) {
    int left = Math.multiplyExact(length, ell);
    if (m < 0 || m > left || ell > 30) {
      throw new IllegalArgumentException(
          "%d masked of %d tokens with %d digits".formatted(m, length, ell));
    }
    int wanted = m;
    for (int i = 0; i < length; i++) {
      int mask = 0;
      for (int j = 0; j < ell; j++, left--) {
        if (wanted > 0 && stream.below(left) < wanted) {
          mask |= 1 << j;
          wanted--;
        }
      }
      masks[offset + i] = mask;
    }
  }

  /** ARM: every token is scored. */
  static void score(int length, int[] masks, int offset) {
    Arrays.fill(masks, offset, offset + length, 1);
  }
}
