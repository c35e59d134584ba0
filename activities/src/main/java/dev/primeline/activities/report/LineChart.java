package dev.primeline.activities.report;

import static dev.primeline.activities.report.Mark.px;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Curves of several families over one quantity, named where they end. */
final class LineChart {

  private static final int WIDTH = 760;
  private static final int HEIGHT = 360;

  /** More points than this are a line without markers. */
  private static final int MARKED = 40;

  /** A value with the half-width of its interval, 0 for none. */
  record Point(double x, double y, double halfWidth) {}

  /** How a curve is drawn. */
  enum Weight {
    FAINT,
    BOLD
  }

  /** One family's curve; only bold ones are named. */
  record Curve(String name, Mark mark, Weight weight, List<Point> points) {}

  /** A horizontal line to compare with. */
  record Level(String name, double value, String classes) {}

  /** What a plot says about itself. */
  record Words(String id, String title, String description, String xName, String yName) {}

  private final Words words;
  private final List<Curve> curves;
  private final List<Level> levels;
  private final Frame frame;
  private final Scale x;
  private final Scale y;

  /**
   * A plot from {@code low} to {@code high}, both inside; what lies beyond is cut off.
   *
   * @param right largest value of the horizontal axis, which begins at 0
   */
  LineChart(
      Words words, List<Curve> curves, List<Level> levels, double right, double low, double high) {
    this.words = words;
    this.curves = curves;
    this.levels = levels;
    List<String> names = new ArrayList<>(levels.stream().map(Level::name).toList());
    curves.stream()
        .filter(curve -> curve.weight() == Weight.BOLD)
        .forEach(curve -> names.add(curve.name()));
    int height = Math.max(HEIGHT, 90 + (int) (EndLabels.APART * names.size()));
    frame = new Frame(WIDTH, height, 52, EndLabels.width(names), 24, 46);
    x = Scale.exact(0, right, frame.x0(), frame.x1(), 6);
    y = Scale.fitting(low, high, frame.y0(), frame.y1(), 6);
  }

  void draw(Markup svg) {
    frame.open(svg, words.id(), words.title(), words.description());
    frame.yAxis(svg, y, words.yName());
    frame.xAxis(svg, x, words.xName(), Frame.Grid.TICKS);
    clip(svg);
    svg.open("g", "clip-path", "url(#" + words.id() + "-clip)");
    for (Level level : levels) {
      double at = y.at(level.value());
      Frame.line(svg, "level " + level.classes(), frame.x0(), at, frame.x1(), at);
    }
    curves.stream().filter(c -> c.weight() == Weight.FAINT).forEach(c -> faint(svg, c));
    svg.close("g");
    curves.stream().filter(c -> c.weight() == Weight.BOLD).forEach(c -> bold(svg, c));
    EndLabels.draw(svg, frame.x1(), frame.y1(), frame.y0(), labels());
    svg.close("svg");
  }

  private List<EndLabels.Label> labels() {
    List<EndLabels.Label> labels = new ArrayList<>();
    for (Level level : levels) {
      labels.add(new EndLabels.Label(level.name(), frame.x1(), y.at(level.value()), "quiet"));
    }
    for (Curve curve : curves) {
      if (curve.weight() == Weight.BOLD) {
        Point last = curve.points().get(curve.points().size() - 1);
        labels.add(
            new EndLabels.Label(
                curve.name(), x.at(last.x()), y.at(last.y()), curve.mark().colour() + " inked"));
      }
    }
    return labels;
  }

  private void clip(Markup svg) {
    svg.open("clipPath", "id", words.id() + "-clip")
        .empty(
            "rect",
            "x",
            px(frame.x0()),
            "y",
            px(frame.y1()),
            "width",
            px(frame.x1() - frame.x0() + 4),
            "height",
            px(frame.y0() - frame.y1()))
        .close("clipPath");
  }

  private void faint(Markup svg, Curve curve) {
    if (curve.points().size() == 1) {
      Point only = curve.points().get(0);
      curve.mark().draw(svg, x.at(only.x()), y.at(only.y()), 2.5, "faint dot");
    } else {
      polyline(svg, curve, "faint line");
    }
  }

  private void bold(Markup svg, Curve curve) {
    polyline(svg, curve, "bold line " + curve.mark().dash());
    for (Point p : curve.points()) {
      if (p.halfWidth() > 0) {
        Frame.line(
            svg,
            "whisker " + curve.mark().colour(),
            x.at(p.x()),
            y.at(Math.max(y.from(), p.y() - p.halfWidth())),
            x.at(p.x()),
            y.at(Math.min(y.to(), p.y() + p.halfWidth())));
      }
      if (curve.points().size() <= MARKED) {
        curve.mark().draw(svg, x.at(p.x()), y.at(p.y()), 3.4, "dot");
      }
    }
  }

  private void polyline(Markup svg, Curve curve, String look) {
    String points =
        curve.points().stream()
            .map(p -> px(x.at(p.x())) + "," + px(y.at(p.y())))
            .collect(Collectors.joining(" "));
    svg.empty("polyline", "class", curve.mark().colour() + " " + look, "points", points);
  }
}
