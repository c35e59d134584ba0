package dev.primeline.activities.tokens;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How the tokens of a tokenizer.json are written as text, and which bytes they mean. */
enum TokenAlphabet {
  /** GPT-2's: every byte is a printable character, so {@code Ġ} is a space. */
  BYTE_LEVEL {
    @Override
    String token(int b) {
      return BYTE_LEVEL_CHARACTERS.substring(b, b + 1);
    }

    @Override
    byte[] bytes(String token) {
      byte[] bytes = new byte[token.length()];
      for (int i = 0; i < bytes.length; i++) {
        int b = BYTE_LEVEL_CHARACTERS.indexOf(token.charAt(i));
        if (b < 0) {
          return token.getBytes(StandardCharsets.UTF_8);
        }
        bytes[i] = (byte) b;
      }
      return bytes;
    }
  },

  /** SentencePiece's: {@code ▁} is a space, {@code <0x0A>} the byte 10, all else itself. */
  BYTE_FALLBACK {
    @Override
    String token(int b) {
      return "<0x%02X>".formatted(b);
    }

    @Override
    byte[] bytes(String token) {
      Matcher one = BYTE.matcher(token);
      return one.matches()
          ? new byte[] {(byte) Integer.parseInt(one.group(1), 16)}
          : token.replace('\u2581', ' ').getBytes(StandardCharsets.UTF_8);
    }
  };

  private static final Pattern BYTE = Pattern.compile("<0x([0-9A-F]{2})>");
  private static final String BYTE_LEVEL_CHARACTERS = byteLevelCharacters();

  /** The token of one byte. */
  abstract String token(int b);

  /** What a token stands for. */
  abstract byte[] bytes(String token);

  /** Printable Latin-1 is itself; the other 68 bytes follow from U+0100 on, in their order. */
  private static String byteLevelCharacters() {
    char[] characters = new char[256];
    char next = 0x100;
    for (int b = 0; b < 256; b++) {
      boolean itself = (b >= '!' && b <= '~') || (b >= 0xA1 && b != 0xAD);
      characters[b] = itself ? (char) b : next++;
    }
    return new String(characters);
  }
}
