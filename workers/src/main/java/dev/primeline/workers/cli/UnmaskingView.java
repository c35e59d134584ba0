package dev.primeline.workers.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** A text on a terminal while it is filled in, redrawn in place; elsewhere nothing. */
final class UnmaskingView {

  private static final int MOST_LINES = 16;
  private static final String ESCAPE = "\u001b[";
  // A line with wide characters is cut off instead of wrapped: going up counts lines.
  private static final String WRAP_OFF = ESCAPE + "?7l";
  private static final String WRAP_ON = ESCAPE + "?7h";

  private final PrintWriter out;
  private final int columns;
  private int drawn;

  /**
   * @param columns of the terminal; 0 when there is none
   */
  UnmaskingView(PrintWriter out, int columns) {
    this.out = out;
    this.columns = columns;
  }

  /** Shows the text as it is now: its first lines, and how many follow. */
  void show(String text) {
    if (columns == 0) {
      return;
    }
    List<String> lines = lines(ErrorSentence.harmless(text).replace('\t', ' '));
    int more = lines.size() - MOST_LINES;
    StringBuilder screen = new StringBuilder(home()).append(WRAP_OFF);
    for (String line : lines.subList(0, Math.min(lines.size(), MOST_LINES))) {
      screen.append(line).append(ESCAPE).append("K\n");
    }
    if (more > 0) {
      screen.append("... and ").append(more).append(" lines").append(ESCAPE).append("K\n");
    }
    drawn = Math.min(lines.size(), MOST_LINES) + (more > 0 ? 1 : 0);
    out.print(screen.append(ESCAPE).append("J").append(WRAP_ON));
    out.flush();
  }

  /** Takes the text away again. */
  void clear() {
    if (drawn > 0) {
      out.print(home() + ESCAPE + "J");
      out.flush();
      drawn = 0;
    }
  }

  private String home() {
    return drawn == 0 ? "" : ESCAPE + drawn + "A\r";
  }

  /** Lines that the terminal does not wrap: going up counts them. */
  private List<String> lines(String text) {
    List<String> lines = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      int start = 0;
      do {
        int end = Math.min(line.length(), start + columns - 1);
        if (end < line.length() && Character.isLowSurrogate(line.charAt(end))) {
          end--;
        }
        lines.add(line.substring(start, end));
        start = end;
      } while (start < line.length());
    }
    return lines;
  }
}
