package dev.primeline.activities.corpus;

/** Cuts and repairs text so that every piece of it has a UTF-8 form of its own. */
public final class Utf8 {
  private static final int PIECE = 1 << 14;
  private static final char REPLACEMENT = '\uFFFD';

  private Utf8() {}

  /**
   * The end of the piece of at most 16384 characters that begins at {@code start}; it never parts a
   * surrogate pair. A long text is encoded piece by piece so that its bytes are never held whole.
   */
  public static int pieceEnd(String text, int start) {
    int end = Math.min(text.length(), start + PIECE);
    return end < text.length() ? boundary(text, end) : end;
  }

  /** The nearest index at or after {@code index} that does not part a surrogate pair. */
  static int boundary(String text, int index) {
    boolean parted =
        index > 0
            && index < text.length()
            && Character.isHighSurrogate(text.charAt(index - 1))
            && Character.isLowSurrogate(text.charAt(index));
    return parted ? index + 1 : index;
  }

  /** The text with U+FFFD for every unpaired surrogate (JSON escapes can hold them). */
  public static String wellFormed(String text) {
    StringBuilder repaired = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isSurrogate(c)) {
        continue;
      }
      if (i + 1 < text.length() && Character.isSurrogatePair(c, text.charAt(i + 1))) {
        i++;
        continue;
      }
      repaired = repaired == null ? new StringBuilder(text) : repaired;
      repaired.setCharAt(i, REPLACEMENT);
    }
    return repaired == null ? text : repaired.toString();
  }
}
