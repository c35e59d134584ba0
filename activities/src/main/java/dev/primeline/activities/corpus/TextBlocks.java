package dev.primeline.activities.corpus;

import java.util.ArrayList;
import java.util.List;

/** Cuts a text into contiguous blocks of about equal length, at line ends where there are any. */
final class TextBlocks {

  private TextBlocks() {}

  /**
   * Ends of the blocks, ascending, the last one the text's length. A block ends with the first line
   * end at or after {@code length} characters and before twice that, failing that with the first
   * whitespace there, failing that after {@code length} characters. A rest shorter than half a
   * block joins the block before.
   */
  static List<Integer> ends(String text, int length) {
    List<Integer> ends = new ArrayList<>();
    int start = 0;
    while (text.length() - start >= length + (length + 1) / 2) {
      int end = end(text, start + length, Math.min(text.length(), start + 2 * length));
      ends.add(end);
      start = end;
    }
    if (start < text.length()) {
      ends.add(text.length());
    }
    return ends;
  }

  private static int end(String text, int from, int to) {
    int space = -1;
    for (int i = from - 1; i < to; i++) {
      char c = text.charAt(i);
      if (c == '\n') {
        return i + 1;
      }
      if (space < 0 && Character.isWhitespace(c)) {
        space = i + 1;
      }
    }
    return space < 0 ? Utf8.boundary(text, from) : space;
  }
}
