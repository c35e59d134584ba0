package dev.primeline.activities.tokens;

import com.knuddels.jtokkit.Encodings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * GPT-2's byte pairs: of all neighbours the pair with the lowest rank becomes one token, the
 * leftmost first, until no pair is left that is one. Ranks are the tokens themselves, read from the
 * file that jtokkit packages. Immutable; read once, on first use.
 */
final class Gpt2Merges {
  private static final int TOKENS = 50256;
  private static final int SLOT_BITS = 18;
  private static final long EMPTY = -1;
  private static final int NO_TOKEN = Integer.MAX_VALUE;

  private static final byte[][] BYTES = bytes();
  private static final int[] OF_BYTE = new int[256];

  /** Open addressing: both tokens of a pair and what they become, 16 bits each. */
  private static final long[] PAIRS = new long[1 << SLOT_BITS];

  static {
    Map<String, Integer> tokens = new HashMap<>();
    for (int token = 0; token < TOKENS; token++) {
      tokens.put(new String(BYTES[token], StandardCharsets.ISO_8859_1), token);
    }
    Arrays.fill(PAIRS, EMPTY);
    tokens.forEach(
        (bytes, token) -> {
          if (bytes.length() == 1) {
            OF_BYTE[bytes.charAt(0)] = token;
          }
          for (int i = 1; i < bytes.length(); i++) {
            Integer left = tokens.get(bytes.substring(0, i));
            Integer right = tokens.get(bytes.substring(i));
            if (left != null && right != null) {
              put((left << 16) | right, token);
            }
          }
        });
  }

  private Gpt2Merges() {}

  private static byte[][] bytes() {
    byte[][] bytes = new byte[TOKENS][];
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(
                    Encodings.class.getResourceAsStream("r50k_base.tiktoken"), "ranks of jtokkit"),
                StandardCharsets.US_ASCII))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        int space = line.indexOf(' ');
        bytes[Integer.parseInt(line.substring(space + 1))] =
            Base64.getDecoder().decode(line.substring(0, space));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes;
  }

  private static void put(int pair, int token) {
    int slot = slot(pair);
    while (PAIRS[slot] != EMPTY) {
      slot = (slot + 1) & (PAIRS.length - 1);
    }
    PAIRS[slot] = (Integer.toUnsignedLong(pair) << 16) | token;
  }

  private static int slot(int pair) {
    return (pair * 0x9E3779B1) >>> (32 - SLOT_BITS);
  }

  private static int merged(int left, int right) {
    int pair = (left << 16) | right;
    for (int slot = slot(pair); ; slot = (slot + 1) & (PAIRS.length - 1)) {
      long found = PAIRS[slot];
      if ((int) (found >>> 16) == pair) {
        return (int) found & 0xffff;
      }
      if (found == EMPTY) {
        return NO_TOKEN;
      }
    }
  }

  /** The bytes of a token; not to be changed. */
  static byte[] bytes(int token) {
    return BYTES[token];
  }

  /**
   * Merges the bytes of one piece. Time grows with the square of their number.
   *
   * @param bytes the first {@code count} are the piece
   * @param tokens at least as long; gets the tokens
   * @param ranks as long, for what is found on the way
   * @return how many tokens there are
   */
  static int merge(byte[] bytes, int count, int[] tokens, int[] ranks) {
    for (int i = 0; i < count; i++) {
      tokens[i] = OF_BYTE[bytes[i] & 0xff];
    }
    int last = count - 1;
    for (int i = 0; i < last; i++) {
      ranks[i] = merged(tokens[i], tokens[i + 1]);
    }
    while (last > 0) {
      int at = 0;
      for (int i = 1; i < last; i++) {
        at = ranks[i] < ranks[at] ? i : at;
      }
      if (ranks[at] == NO_TOKEN) {
        break;
      }
      tokens[at] = ranks[at];
      System.arraycopy(tokens, at + 2, tokens, at + 1, last - at - 1);
      System.arraycopy(ranks, at + 1, ranks, at, last - at - 1);
      last--;
      if (at > 0) {
        ranks[at - 1] = merged(tokens[at - 1], tokens[at]);
      }
      if (at < last) {
        ranks[at] = merged(tokens[at], tokens[at + 1]);
      }
    }
    return last + 1;
  }
}
