package dev.primeline.workers.cli;

import dev.primeline.activities.report.ComparisonPage.Rows;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows under a header, columns aligned: numbers to the right, words to the left. */
final class TextTable {

  private final List<List<String>> rows = new ArrayList<>();

  TextTable(String... header) {
    rows.add(List.of(header));
  }

  /** Adds a row; as many cells as the header has. */
  TextTable row(String... cells) {
    if (cells.length != rows.get(0).size()) {
      throw new IllegalArgumentException(
          "%d cells under %d headings".formatted(cells.length, rows.get(0).size()));
    }
    rows.add(List.of(cells));
    return this;
  }

  /** A table under its caption, or that it has no rows, and an empty line. */
  static void print(Rows rows, PrintWriter out) {
    out.println(rows.caption());
    if (rows.rows().isEmpty()) {
      out.println("none");
    } else {
      TextTable table = new TextTable(rows.columns().toArray(String[]::new));
      rows.rows().forEach(row -> table.row(row.toArray(String[]::new)));
      table.lines().forEach(out::println);
    }
    out.println();
  }

  /** The table's lines, header and rule first. */
  List<String> lines() {
    int columns = rows.get(0).size();
    int[] widths = new int[columns];
    boolean[] numbers = new boolean[columns];
    Arrays.fill(numbers, rows.size() > 1);
    for (int r = 0; r < rows.size(); r++) {
      for (int c = 0; c < columns; c++) {
        String cell = rows.get(r).get(c);
        widths[c] = Math.max(widths[c], cell.length());
        numbers[c] &= r == 0 || cell.matches("[-<=+~ ]*[0-9][0-9.,eE+%-]*[kMG]?|-|");
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < columns; c++) {
        String space = " ".repeat(widths[c] - row.get(c).length());
        line.append(numbers[c] ? space + row.get(c) : row.get(c) + space).append("  ");
      }
      lines.add(line.toString().stripTrailing());
    }
    lines.add(1, "-".repeat(Arrays.stream(widths).sum() + 2 * (columns - 1)));
    return lines;
  }
}
