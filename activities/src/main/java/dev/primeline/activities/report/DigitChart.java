package dev.primeline.activities.report;

import java.util.List;

/** Entropy of each digit of one family's codes, against the same digits in index order. */
final class DigitChart {

  private static final int WIDTH = 370;
  private static final int HEIGHT = 230;

  private DigitChart() {}

  /**
   * Draws one family.
   *
   * @param codes entropy of each digit, nats, most significant first
   * @param index the same with index order; the same list when that is the family's own
   * @param most the largest entropy that a digit of this base can have, nats
   */
  static void draw(
      Markup svg,
      LineChart.Words words,
      Mark mark,
      List<Double> codes,
      List<Double> index,
      double most) {
    Frame frame = new Frame(WIDTH, HEIGHT, 48, 12, 24, 44);
    int ell = codes.size();
    Scale x = Scale.exact(0.5, ell + 0.5, frame.x0(), frame.x1(), ell <= 12 ? Math.max(1, ell) : 8);
    Scale y = Scale.rounded(0, most, frame.y0(), frame.y1(), 4);
    frame.open(svg, words.id(), words.title(), words.description());
    frame.yAxis(svg, y, words.yName());
    frame.xAxis(svg, x, words.xName(), Frame.Grid.TICKS);
    Frame.line(svg, "level unigram", frame.x0(), y.at(most), frame.x1(), y.at(most));
    for (int j = 0; j < ell; j++) {
      double at = x.at(j + 1);
      if (j < index.size() && !index.equals(codes)) {
        Frame.line(svg, "leader", at, y.at(index.get(j)), at, y.at(codes.get(j)));
        svg.empty(
            "circle",
            "class",
            "hollow",
            "cx",
            Mark.px(at),
            "cy",
            Mark.px(y.at(index.get(j))),
            "r",
            "5.2");
      }
      mark.draw(svg, at, y.at(codes.get(j)), 4, "dot");
    }
    svg.close("svg");
  }
}
