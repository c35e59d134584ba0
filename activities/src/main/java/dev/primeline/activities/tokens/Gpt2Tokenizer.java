package dev.primeline.activities.tokens;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import java.io.IOException;

/**
 * GPT-2's byte pair encoding (r50k_base); 50256 is the separator and never comes out of text.
 * Memory is bounded by the longest piece, whatever the text's length.
 */
final class Gpt2Tokenizer implements TextTokenizer {
  private static final int SEPARATOR = 50256;
  private static final ThreadLocal<Gpt2Memory> MEMORY = ThreadLocal.withInitial(Gpt2Memory::new);

  @Override
  public void encode(String text, TokenSink tokens) throws IOException {
    Gpt2Memory memory = MEMORY.get();
    for (int start = 0; start < text.length(); ) {
      int end = Gpt2Pieces.end(text, start);
      memory.encode(text, start, end, tokens);
      start = end;
    }
  }

  @Override
  public byte[] bytes(int token) {
    return token == SEPARATOR ? new byte[0] : Gpt2Merges.bytes(token).clone();
  }

  /** jtokkit's, for the longest pieces; read once, on first use; safe for several threads. */
  static final class Vocabulary {
    static final Encoding R50K =
        Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.R50K_BASE);

    private Vocabulary() {}
  }
}
