package dev.primeline.activities.tokens;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import com.knuddels.jtokkit.api.IntArrayList;
import java.io.IOException;

/**
 * GPT-2's byte pair encoding (r50k_base); 50256 is the separator and never comes out of text. Most
 * pieces of a text were met a moment ago: what jtokkit made of them is remembered, in a table that
 * all threads share. Memory is bounded by the longest piece, whatever the text's length.
 */
final class Gpt2Tokenizer implements TextTokenizer {
  private static final int SEPARATOR = 50256;
  private static final int SLOTS = 1 << 16;
  private static final int LONGEST_REMEMBERED = 32;

  /**
   * A slot is overwritten by the next piece that falls into it. Entries never change, so whichever
   * a thread sees is whole, and one that it does not see costs time alone.
   */
  private static final Entry[] REMEMBERED = new Entry[SLOTS];

  private static final class Entry {
    final String piece;
    final int[] tokens;

    Entry(String piece, int[] tokens) {
      this.piece = piece;
      this.tokens = tokens;
    }
  }

  @Override
  public void encode(String text, TokenSink tokens) throws IOException {
    for (int start = 0; start < text.length(); ) {
      int end = Gpt2Pieces.end(text, start);
      for (int token : tokens(text, start, end)) {
        tokens.accept(token);
      }
      start = end;
    }
  }

  private static int[] tokens(String text, int start, int end) {
    int length = end - start;
    if (length > LONGEST_REMEMBERED) {
      return encoded(text.substring(start, end));
    }
    int hash = length;
    for (int i = start; i < end; i++) {
      hash = hash * 31 + text.charAt(i);
    }
    // Multiplied by a large odd number, the upper bits depend on all characters.
    int slot = (hash * 0x9E3779B1) >>> 16;
    Entry entry = REMEMBERED[slot];
    if (entry == null || entry.piece.length() != length || !text.startsWith(entry.piece, start)) {
      String piece = text.substring(start, end);
      entry = new Entry(piece, encoded(piece));
      REMEMBERED[slot] = entry;
    }
    return entry.tokens;
  }

  private static int[] encoded(String piece) {
    return Vocabulary.R50K.encodeOrdinary(piece).toArray();
  }

  @Override
  public byte[] bytes(int token) {
    if (token == SEPARATOR) {
      return new byte[0];
    }
    var one = new IntArrayList(1);
    one.add(token);
    return Vocabulary.R50K.decodeBytes(one);
  }

  /** Read once, on first use; safe for several threads. */
  static final class Vocabulary {
    static final Encoding R50K =
        Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.R50K_BASE);

    private Vocabulary() {}
  }
}
