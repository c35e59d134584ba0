package dev.primeline.activities.tokens;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import com.knuddels.jtokkit.api.IntArrayList;
import java.io.IOException;

/** GPT-2's byte pair encoding (r50k_base); 50256 is the separator and never comes out of text. */
final class Gpt2Tokenizer implements TextTokenizer {
  private static final int SEPARATOR = 50256;
  private static final int PIECE = 1 << 14;

  private final int piece;

  Gpt2Tokenizer() {
    this(PIECE);
  }

  /** With pieces of at least so many characters. */
  Gpt2Tokenizer(int piece) {
    this.piece = piece;
  }

  @Override
  public void encode(String text, TokenSink tokens) throws IOException {
    for (int start = 0; start < text.length(); ) {
      int end = pieceEnd(text, start);
      IntArrayList ids = Vocabulary.R50K.encodeOrdinary(text.substring(start, end));
      for (int i = 0; i < ids.size(); i++) {
        tokens.accept(ids.get(i));
      }
      start = end;
    }
  }

  /**
   * The first place after {@code piece} characters that follows a letter and precedes something
   * else. GPT-2 splits text by {@code 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+|
   * ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+} before it merges bytes: no alternative goes on after a letter
   * with anything but letters, and the only look-ahead follows whitespace. So the text is always
   * parted there, and the tokens of the pieces are the tokens of the whole.
   */
  private int pieceEnd(String text, int start) {
    for (int i = start + piece; i < text.length(); i++) {
      char next = text.charAt(i);
      if (Character.isLetter(text.charAt(i - 1))
          && !Character.isLetter(next)
          && !Character.isSurrogate(next)) {
        return i;
      }
    }
    return text.length();
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
  private static final class Vocabulary {
    static final Encoding R50K =
        Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.R50K_BASE);
  }
}
