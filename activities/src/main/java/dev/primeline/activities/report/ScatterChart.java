package dev.primeline.activities.report;

import static dev.primeline.activities.report.Mark.px;

import dev.primeline.activities.report.StudyPage.Place;
import dev.primeline.activities.report.StudyPage.Plot;
import dev.primeline.activities.report.StudyPage.Series;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Points over a logarithmic quantity, each series with a line through or beside them. */
final class ScatterChart {

  private static final int WIDTH = 760;
  private static final int HEIGHT = 360;

  private final Plot plot;
  private final Frame frame;
  private final Scale x;
  private final Scale y;

  ScatterChart(Plot plot) {
    this.plot = plot;
    List<String> names = plot.series().stream().map(Series::name).toList();
    int height = Math.max(HEIGHT, 90 + (int) (EndLabels.APART * names.size()));
    frame = new Frame(WIDTH, height, 60, EndLabels.width(names), 24, 46);
    double[] xs = range(Place::x);
    double[] ys = range(Place::y);
    x =
        xs[1] / xs[0] > 4
            ? Scale.fitting(xs[0], xs[1], frame.x0(), frame.x1(), 6)
            : Scale.rounded(xs[0], xs[1], frame.x0(), frame.x1(), 6);
    y = Scale.fitting(ys[0], ys[1], frame.y0(), frame.y1(), 6);
  }

  private double[] range(ToDoubleFunction<Place> of) {
    double[] all = places().mapToDouble(of).sorted().toArray();
    return new double[] {all[0], all[all.length - 1]};
  }

  private Stream<Place> places() {
    return plot.series().stream()
        .flatMap(series -> Stream.concat(series.points().stream(), series.line().stream()));
  }

  void draw(Markup svg) {
    frame.open(svg, plot.id(), plot.title(), plot.description());
    frame.yAxis(svg, y, plot.yName());
    frame.xAxis(svg, x, plot.xName(), Frame.Grid.TICKS);
    plot.series().forEach(series -> draw(svg, series));
    EndLabels.draw(
        svg, frame.x1(), frame.y1(), frame.y0(), plot.series().stream().map(this::label).toList());
    svg.close("svg");
  }

  private void draw(Markup svg, Series series) {
    Mark mark = new Mark(series.index());
    String points =
        series.line().stream()
            .map(p -> px(x.at(p.x())) + "," + px(y.at(p.y())))
            .collect(Collectors.joining(" "));
    svg.empty("polyline", "class", mark.colour() + " bold line " + mark.dash(), "points", points);
    series.points().forEach(p -> mark.draw(svg, x.at(p.x()), y.at(p.y()), 3.4, "dot"));
  }

  private EndLabels.Label label(Series series) {
    List<Place> named = series.line().isEmpty() ? series.points() : series.line();
    Place last = named.get(named.size() - 1);
    return new EndLabels.Label(
        series.name(),
        x.at(last.x()),
        y.at(last.y()),
        new Mark(series.index()).colour() + " inked");
  }
}
