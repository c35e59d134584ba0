package dev.primeline.activities.report;

import java.util.Locale;

/**
 * How a family looks in every plot: a colour of six, a shape of six and a dash, so that no two of
 * the first 36 share colour and shape, and none is told apart by colour alone.
 *
 * @param index place of the family in the specification
 */
record Mark(int index) {

  private static final int KINDS = 6;

  /** The style sheet's class with the colour. */
  String colour() {
    return "c" + index % KINDS;
  }

  /** The style sheet's class with the dash. */
  String dash() {
    return "dash" + index / KINDS % 3;
  }

  /** Draws the shape, {@code r} from its centre to its rim. */
  void draw(Markup svg, double x, double y, double r, String look) {
    String classes = colour() + " " + look;
    switch ((index + index / KINDS) % KINDS) {
      case 0 -> svg.empty("circle", "class", classes, "cx", px(x), "cy", px(y), "r", px(r));
      case 1 -> polygon(svg, classes, x, y, r * 1.12, 45, 4);
      case 2 -> polygon(svg, classes, x, y, r * 1.15, -90, 3);
      case 3 -> polygon(svg, classes, x, y, r * 1.15, 0, 4);
      case 4 -> polygon(svg, classes, x, y, r * 1.15, 90, 3);
      default -> polygon(svg, classes, x, y, r * 1.05, -90, 5);
    }
  }

  private static void polygon(
      Markup svg, String classes, double x, double y, double r, double degrees, int corners) {
    StringBuilder points = new StringBuilder();
    for (int i = 0; i < corners; i++) {
      double angle = Math.toRadians(degrees + 360.0 * i / corners);
      points
          .append(px(x + r * 1.2 * Math.cos(angle)))
          .append(',')
          .append(px(y + r * 1.2 * Math.sin(angle)))
          .append(' ');
    }
    svg.empty("polygon", "class", classes, "points", points.toString().strip());
  }

  /** A coordinate to a tenth of a pixel. */
  static String px(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
