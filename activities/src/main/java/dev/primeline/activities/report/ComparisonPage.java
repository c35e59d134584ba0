package dev.primeline.activities.report;

import dev.primeline.activities.report.LineChart.Curve;
import dev.primeline.activities.report.LineChart.Point;
import dev.primeline.activities.report.LineChart.Weight;
import dev.primeline.activities.report.Table.Column;
import dev.primeline.activities.training.StepMetrics;
import java.util.ArrayList;
import java.util.List;

/** A page on several models: tables, and their learning curves in one plot. */
public final class ComparisonPage {

  /**
   * A model's training log.
   *
   * @param name of the model
   */
  public record Log(String name, List<StepMetrics> metrics) {}

  /**
   * A table; its first column holds words, the others what looks like it.
   *
   * @param caption above it
   * @param columns its headings
   * @param rows as many cells each
   */
  public record Rows(String caption, List<String> columns, List<List<String>> rows) {}

  private ComparisonPage() {}

  /**
   * One HTML file that needs no script, no network and no other file.
   *
   * @param before tables above the curves
   * @param after tables below them
   */
  public static String render(String title, List<Rows> before, List<Log> logs, List<Rows> after) {
    Markup html = new Markup();
    html.trusted("<!DOCTYPE html>\n").open("html", "lang", "en");
    Page.head(html, title);
    html.open("body").open("header").element("h1", title).close("header").open("main");
    before.forEach(table -> table(html, table));
    curves(html, logs);
    after.forEach(table -> table(html, table));
    html.close("main");
    Page.foot(html);
    return html + "\n";
  }

  /** A table under its caption. */
  static void table(Markup html, Rows table) {
    html.element("h2", table.caption());
    if (table.rows().isEmpty()) {
      html.element("p", "None.", "class", "note");
      return;
    }
    List<Column> columns = new ArrayList<>();
    for (int c = 0; c < table.columns().size(); c++) {
      int column = c;
      boolean numbers =
          c > 0
              && table.rows().stream()
                  .allMatch(row -> row.get(column).matches("[-+<=≤ ]*[0-9–][-0-9.,eE+%]*"));
      String heading = table.columns().get(c);
      columns.add(numbers ? Column.number(heading) : Column.words(heading));
    }
    Table.open(html, table.caption(), columns);
    table.rows().forEach(row -> Table.row(html, columns, row));
    Table.close(html);
  }

  private static void curves(Markup html, List<Log> logs) {
    List<Curve> curves = new ArrayList<>();
    for (int i = 0; i < logs.size(); i++) {
      Log log = logs.get(i);
      add(curves, log.name(), i, Weight.FAINT, LossCurve.training(log.metrics()));
      add(curves, log.name(), i, Weight.BOLD, LossCurve.heldout(log.metrics()));
    }
    if (curves.isEmpty()) {
      return;
    }
    double right =
        curves.stream().flatMap(c -> c.points().stream()).mapToDouble(Point::x).max().orElse(1);
    double[] heights = CurveSection.heights(curves, List.of());
    html.element("h2", "Learning curves");
    html.open("figure").open("div", "class", "scroll");
    new LineChart(
            new LineChart.Words(
                "learning",
                "Loss while training",
                "Held-out NELBO and training loss of each model over the tokens seen, in nats per"
                    + " token.",
                "tokens seen in training",
                "nats per token"),
            curves,
            List.of(),
            Math.max(right, 1),
            heights[0],
            heights[1])
        .draw(html);
    html.close("div");
    html.element(
        "figcaption",
        "Bold with marks: held-out NELBO on each run's own fixed part of its held-out text; bars are"
            + " ±\u00a01.96 mask errors. Faint: training loss. Heights compare only where text and"
            + " tokens are the same.");
    html.close("figure");
  }

  private static void add(
      List<Curve> curves, String name, int index, Weight weight, List<Point> points) {
    if (!points.isEmpty()) {
      curves.add(new Curve(name, new Mark(index), weight, points));
    }
  }
}
