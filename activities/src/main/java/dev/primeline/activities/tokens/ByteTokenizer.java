package dev.primeline.activities.tokens;

import dev.primeline.activities.corpus.Utf8;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Tokens 0 to 255 are UTF-8 bytes, 256 is the separator. */
final class ByteTokenizer implements TextTokenizer {
  private static final int SEPARATOR = 256;

  @Override
  public void encode(String text, TokenSink tokens) throws IOException {
    for (int start = 0; start < text.length(); ) {
      int end = Utf8.pieceEnd(text, start);
      for (byte b : text.substring(start, end).getBytes(StandardCharsets.UTF_8)) {
        tokens.accept(b & 0xFF);
      }
      start = end;
    }
  }

  @Override
  public byte[] bytes(int token) {
    return token == SEPARATOR ? new byte[0] : new byte[] {(byte) token};
  }
}
