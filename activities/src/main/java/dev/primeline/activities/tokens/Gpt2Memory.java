package dev.primeline.activities.tokens;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * One thread's pieces of a moment ago: most pieces of a text were met before. A slot is three longs
 * beside each other, the piece's UTF-8 bytes with their number, and up to four tokens of 16 bits;
 * the next piece that falls into it overwrites it.
 */
final class Gpt2Memory {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int SLOT_BITS = 16;
  private static final int MOST_BYTES = 15;
  private static final int MOST_TOKENS = 4;
  private static final int NO_TOKEN = 0xffff;

  /** Longer pieces are jtokkit's, whose time grows more slowly with their length. */
  private static final int LONGEST = 128;

  private final long[] slots = new long[3 << SLOT_BITS];
  private final byte[] bytes = new byte[LONGEST];
  private final int[] tokens = new int[LONGEST];
  private final int[] ranks = new int[LONGEST];

  /** Hands over the tokens of a piece. */
  void encode(String text, int start, int end, TokenSink sink) throws IOException {
    LONGS.set(bytes, 0, 0L);
    LONGS.set(bytes, Long.BYTES, 0L);
    int count = 0;
    for (int i = start; i < end; i++) {
      char c = text.charAt(i);
      boolean full = count == MOST_BYTES || (c >= 0x80 && count > MOST_BYTES - 3);
      if (full || Character.isSurrogate(c)) {
        other(text.substring(start, end), sink);
        return;
      }
      if (c < 0x80) {
        bytes[count++] = (byte) c;
      } else {
        if (c < 0x800) {
          bytes[count++] = (byte) (0xc0 | (c >> 6));
        } else {
          bytes[count++] = (byte) (0xe0 | (c >> 12));
          bytes[count++] = (byte) (0x80 | ((c >> 6) & 0x3f));
        }
        bytes[count++] = (byte) (0x80 | (c & 0x3f));
      }
    }
    long low = (long) LONGS.get(bytes, 0);
    long high = (long) LONGS.get(bytes, Long.BYTES) | ((long) count << (Long.SIZE - Byte.SIZE));
    long hash = (low * 0x9E3779B97F4A7C15L) ^ (high * 0xC2B2AE3D27D4EB4FL);
    hash ^= hash >>> 32;
    int slot = 3 * (int) ((hash * 0x9E3779B97F4A7C15L) >>> (Long.SIZE - SLOT_BITS));
    long packed;
    if (slots[slot] == low && slots[slot + 1] == high) {
      packed = slots[slot + 2];
    } else {
      int merged = Gpt2Merges.merge(bytes, count, tokens, ranks);
      if (merged > MOST_TOKENS) {
        hand(merged, sink);
        return;
      }
      packed = packed(merged);
      slots[slot] = low;
      slots[slot + 1] = high;
      slots[slot + 2] = packed;
    }
    do {
      sink.accept((int) (packed & 0xffff));
      packed >>>= 16;
      packed |= (long) NO_TOKEN << 48;
    } while ((packed & 0xffff) != NO_TOKEN);
  }

  private long packed(int count) {
    long packed = -1;
    for (int i = count - 1; i >= 0; i--) {
      packed = (packed << 16) | tokens[i];
    }
    return packed;
  }

  private void other(String piece, TokenSink sink) throws IOException {
    byte[] utf8 = piece.getBytes(StandardCharsets.UTF_8);
    if (utf8.length > LONGEST) {
      for (int token : Gpt2Tokenizer.Vocabulary.R50K.encodeOrdinary(piece).toArray()) {
        sink.accept(token);
      }
      return;
    }
    hand(Gpt2Merges.merge(utf8, utf8.length, tokens, ranks), sink);
  }

  private void hand(int count, TokenSink sink) throws IOException {
    for (int i = 0; i < count; i++) {
      sink.accept(tokens[i]);
    }
  }
}
