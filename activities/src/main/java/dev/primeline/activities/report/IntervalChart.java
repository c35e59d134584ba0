package dev.primeline.activities.report;

import java.util.List;

/** One row per family: its score with an interval, against levels that all share. */
final class IntervalChart {

  private static final int WIDTH = 760;
  private static final int ROW = 30;
  private static final int LONGEST = 26;
  private static final int FIGURES = 150;

  /**
   * A row.
   *
   * @param halfWidth of the interval; NaN or 0 for none
   * @param figures what stands at its right
   */
  record Row(String name, Mark mark, double value, double halfWidth, String figures) {

    double low() {
      return halfWidth > 0 ? value - halfWidth : value;
    }

    double high() {
      return halfWidth > 0 ? value + halfWidth : value;
    }
  }

  private IntervalChart() {}

  /** Draws rows that are all finite, at least one. */
  static void draw(
      Markup svg, LineChart.Words words, List<Row> rows, List<LineChart.Level> levels) {
    int longest = rows.stream().mapToInt(row -> row.name().length()).max().orElse(0);
    int left = (int) (24 + 7.8 * Math.min(LONGEST, longest));
    int top = 10 + 18 * levels.size();
    Frame frame = new Frame(WIDTH, top + ROW * rows.size() + 50, left, FIGURES, top, 50);
    Scale x = scale(rows, levels, frame);
    frame.open(svg, words.id(), words.title(), words.description());
    frame.xAxis(svg, x, words.xName(), Frame.Grid.LINES);
    for (int i = 0; i < rows.size(); i++) {
      double y = top + ROW * (i + 0.5);
      Frame.line(svg, "row", frame.x0(), y, frame.x1(), y);
    }
    for (int i = 0; i < levels.size(); i++) {
      level(svg, frame, x, levels.get(i), 18.0 * (i + 1));
    }
    for (int i = 0; i < rows.size(); i++) {
      row(svg, frame, x, rows.get(i), top + ROW * (i + 0.5));
    }
    svg.close("svg");
  }

  private static Scale scale(List<Row> rows, List<LineChart.Level> levels, Frame frame) {
    double low = rows.stream().mapToDouble(Row::low).min().orElse(0);
    double high = rows.stream().mapToDouble(Row::high).max().orElse(1);
    for (LineChart.Level level : levels) {
      low = Math.min(low, level.value());
      high = Math.max(high, level.value());
    }
    double air = 0.03 * (high - low);
    return Scale.rounded(low - air, high + air, frame.x0(), frame.x1(), 6);
  }

  private static void level(
      Markup svg, Frame frame, Scale x, LineChart.Level level, double baseline) {
    double at = x.at(level.value());
    Frame.line(svg, "level " + level.classes(), at, baseline + 4, at, frame.y0());
    String anchor = at > (frame.x0() + frame.x1()) / 2 ? "end" : "start";
    Frame.text(
        svg, "label quiet " + anchor, at + (anchor.equals("end") ? 4 : -4), baseline, level.name());
  }

  private static void row(Markup svg, Frame frame, Scale x, Row row, double y) {
    Frame.name(svg, "label strong end", frame.x0() - 12, y + 4, row.name(), LONGEST);
    if (row.halfWidth() > 0) {
      String classes = "interval " + row.mark().colour();
      Frame.line(svg, classes, x.at(row.low()), y, x.at(row.high()), y);
      Frame.line(svg, classes, x.at(row.low()), y - 7, x.at(row.low()), y + 7);
      Frame.line(svg, classes, x.at(row.high()), y - 7, x.at(row.high()), y + 7);
    }
    row.mark().draw(svg, x.at(row.value()), y, 4, "dot");
    Frame.text(svg, "label figures end", frame.width() - 4.0, y + 4, row.figures());
  }
}
