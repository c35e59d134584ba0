package dev.primeline.activities.tokens;

/**
 * Where GPT-2 parts a text before it merges bytes: {@code 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+|
 * ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+}, read by hand. Whatever its place, a piece is parted
 * into itself, so the tokens of a text are those of its pieces.
 */
final class Gpt2Pieces {
  private static final int LETTER = 0;
  private static final int NUMBER = 1;
  private static final int SPACE = 2;
  private static final int OTHER = 3;

  private static final byte[] KINDS = kinds();

  private Gpt2Pieces() {}

  /** The end of the piece that begins at {@code start}, which is before the end of the text. */
  static int end(String text, int start) {
    char first = text.charAt(start);
    if (first == '\'') {
      int contraction = contraction(text, start + 1);
      if (contraction > 0) {
        return start + 1 + contraction;
      }
    }
    int run = first == ' ' && start + 1 < text.length() ? start + 1 : start;
    int kind = kind(text, run);
    if (kind != SPACE) {
      return runEnd(text, run, kind);
    }
    int end = runEnd(text, start, SPACE);
    // The last space of several before something else begins the next piece.
    return end < text.length() && end - start > 1 ? end - 1 : end;
  }

  private static int contraction(String text, int at) {
    if (at >= text.length()) {
      return 0;
    }
    char next = at + 1 < text.length() ? text.charAt(at + 1) : ' ';
    return switch (text.charAt(at)) {
      case 's', 't', 'm', 'd' -> 1;
      case 'r', 'v' -> next == 'e' ? 2 : 0;
      case 'l' -> next == 'l' ? 2 : 0;
      default -> 0;
    };
  }

  private static int runEnd(String text, int start, int kind) {
    int at = start;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (Character.isHighSurrogate(c)) {
        if (kind(text, at) != kind) {
          break;
        }
        at += Character.charCount(text.codePointAt(at));
      } else if (KINDS[c] == kind) {
        at++;
      } else {
        break;
      }
    }
    return at;
  }

  private static int kind(String text, int at) {
    char c = text.charAt(at);
    return Character.isHighSurrogate(c) ? kindOf(text.codePointAt(at)) : KINDS[c];
  }

  private static byte[] kinds() {
    byte[] kinds = new byte[1 << 16];
    for (int c = 0; c < kinds.length; c++) {
      kinds[c] = (byte) kindOf(c);
    }
    return kinds;
  }

  private static int kindOf(int codePoint) {
    if (Character.isLetter(codePoint)) {
      return LETTER;
    }
    return switch (Character.getType(codePoint)) {
      case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER ->
          NUMBER;
      case Character.SPACE_SEPARATOR, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
          SPACE;
      default -> (codePoint >= 9 && codePoint <= 13) || codePoint == 0x85 ? SPACE : OTHER;
    };
  }
}
