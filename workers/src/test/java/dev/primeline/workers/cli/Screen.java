package dev.primeline.workers.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A terminal as far as bars use it: what its lines read after everything was written. */
final class Screen {

  private static final Pattern PIECE =
      Pattern.compile("\u001b\\[(\\??[0-9]*)([A-Za-z])|\n|\r|[^\u001b\n\r]+");

  private Screen() {}

  static List<String> after(String written) {
    List<StringBuilder> lines = new ArrayList<>(List.of(new StringBuilder()));
    int row = 0;
    int column = 0;
    Matcher pieces = PIECE.matcher(written);
    while (pieces.find()) {
      String piece = pieces.group();
      StringBuilder line = lines.get(row);
      if (piece.equals("\n")) {
        row++;
        column = 0;
        if (row == lines.size()) {
          lines.add(new StringBuilder());
        }
      } else if (piece.equals("\r")) {
        column = 0;
      } else if (pieces.group(2) == null) {
        line.replace(column, Math.min(line.length(), column + piece.length()), piece);
        column += piece.length();
      } else if (pieces.group(2).equals("A")) {
        row -= Integer.parseInt(pieces.group(1));
      } else if (pieces.group(2).equals("K")) {
        line.setLength(column);
      } else if (pieces.group(2).equals("J")) {
        line.setLength(column);
        lines.subList(row + 1, lines.size()).clear();
      }
    }
    return lines.stream()
        .map(line -> line.toString().stripTrailing())
        .filter(line -> !line.isEmpty())
        .toList();
  }
}
