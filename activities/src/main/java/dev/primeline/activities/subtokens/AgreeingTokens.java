package dev.primeline.activities.subtokens;

import dev.primeline.workflows.experiment.Codes;
import java.util.stream.IntStream;

/** Which tokens have the same digits, found by one XOR each on packed digits. */
public final class AgreeingTokens {
  private final int ell;
  private final int bits;
  private final int[] packed;

  /** Packs the digits of every token. */
  public AgreeingTokens(SubTokenizer codes) {
    ell = codes.ell();
    bits = Codes.bits(codes.base());
    packed = new int[codes.vocabularySize()];
    for (int token = 0; token < packed.length; token++) {
      for (int j = 0; j < ell; j++) {
        packed[token] |= codes.digit(token, j) << (j * bits);
      }
    }
  }

  /** Digits of a token. */
  public int ell() {
    return ell;
  }

  /** A token's digit. */
  public int digit(int token, int j) {
    return (packed[token] >>> (j * bits)) & ((1 << bits) - 1);
  }

  /** The packed places of some digits. */
  public int places(int digits) {
    int places = 0;
    for (int j = 0; j < ell; j++) {
      if ((digits >>> j & 1) != 0) {
        places |= ((1 << bits) - 1) << (j * bits);
      }
    }
    return places;
  }

  /** Whether two tokens have the same digits at these places. */
  public boolean agree(int one, int other, int places) {
    return ((packed[one] ^ packed[other]) & places) == 0;
  }

  /** All tokens with the revealed digits of a token, ascending. */
  public int[] of(int token, int mask) {
    int places = places(~mask);
    return IntStream.range(0, packed.length).filter(v -> agree(v, token, places)).toArray();
  }
}
