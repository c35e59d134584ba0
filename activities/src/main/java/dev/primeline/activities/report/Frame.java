package dev.primeline.activities.report;

import static dev.primeline.activities.report.Mark.px;

/**
 * The paper of one plot, in pixels: the whole picture and the margins around what is plotted.
 *
 * <p>Plots are written as SVG by hand: chart libraries for Java draw pixels or carry a script, and
 * none lets one style sheet recolour a plot for dark pages and print.
 */
record Frame(int width, int height, int left, int right, int top, int bottom) {

  double x0() {
    return left;
  }

  double x1() {
    return width - (double) right;
  }

  double y0() {
    return height - (double) bottom;
  }

  double y1() {
    return top;
  }

  /** Opens the picture with the name and description that screen readers speak. */
  void open(Markup svg, String id, String title, String description) {
    svg.open(
            "svg",
            "xmlns",
            "http://www.w3.org/2000/svg",
            "viewBox",
            "0 0 %d %d".formatted(width, height),
            "role",
            "img",
            "aria-labelledby",
            id + "-title " + id + "-desc")
        .element("title", title, "id", id + "-title")
        .element("desc", description, "id", id + "-desc");
  }

  /** Grid, ticks and titles of a horizontal axis at the bottom. */
  void xAxis(Markup svg, Scale x, String title, Grid grid) {
    for (double tick : x.ticks()) {
      if (grid == Grid.LINES) {
        line(svg, "grid", x.at(tick), y0(), x.at(tick), y1());
      } else {
        line(svg, "axis", x.at(tick), y0(), x.at(tick), y0() + 4);
      }
      text(svg, "tick middle", x.at(tick), y0() + 18, x.label(tick));
    }
    line(svg, "axis", x0(), y0(), x1(), y0());
    text(svg, "name middle", (x0() + x1()) / 2, height - 6, title);
  }

  /** Grid, ticks and title of a vertical axis on the left. */
  void yAxis(Markup svg, Scale y, String title) {
    for (double tick : y.ticks()) {
      line(svg, "grid", x0(), y.at(tick), x1(), y.at(tick));
      text(svg, "tick end", x0() - 8, y.at(tick) + 4, y.label(tick));
    }
    text(svg, "name", 2, 12, title);
  }

  enum Grid {
    LINES,
    TICKS
  }

  static void line(Markup svg, String classes, double x1, double y1, double x2, double y2) {
    svg.empty("line", "class", classes, "x1", px(x1), "y1", px(y1), "x2", px(x2), "y2", px(y2));
  }

  static void text(Markup svg, String classes, double x, double y, String text) {
    svg.element("text", text, "class", classes, "x", px(x), "y", px(y));
  }

  /** A name of at most so many characters, its whole self on hover. */
  static void name(Markup svg, String classes, double x, double y, String name, int most) {
    svg.open("text", "class", classes, "x", px(x), "y", px(y)).text(cut(name, most));
    if (name.length() > most) {
      svg.element("title", name);
    }
    svg.close("text");
  }

  /** Cut in the middle: names that begin alike often end apart. */
  static String cut(String name, int most) {
    int head = most / 2;
    return name.length() <= most
        ? name
        : name.substring(0, head) + "…" + name.substring(name.length() - most + head + 1);
  }
}
