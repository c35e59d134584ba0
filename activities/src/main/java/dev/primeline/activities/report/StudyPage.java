package dev.primeline.activities.report;

import dev.primeline.activities.report.ComparisonPage.Rows;
import dev.primeline.activities.report.Table.Column;
import java.util.List;

/** The page of a scaling study: sentences, plots, tables, and a line for each of its trainings. */
public final class StudyPage {

  /** A place in a plot. */
  public record Place(double x, double y) {}

  /**
   * What belongs together in a plot.
   *
   * @param name written at its end
   * @param index decides colour and shape
   * @param points drawn as marks
   * @param line drawn through these; may be empty
   */
  public record Series(String name, int index, List<Place> points, List<Place> line) {}

  /**
   * A plot.
   *
   * @param id unique in the page
   * @param title spoken and shown
   * @param description spoken
   * @param xName name of the horizontal axis
   * @param yName name of the vertical axis
   * @param series at least one, each with a place
   */
  public record Plot(
      String id,
      String title,
      String description,
      String xName,
      String yName,
      List<Series> series) {}

  /**
   * A row of a chart of means.
   *
   * @param halfWidth of its interval; NaN for none
   * @param reference whether the others are held against it
   */
  public record Mean(String name, double nats, double halfWidth, boolean reference) {}

  /**
   * A chart of means, a row each.
   *
   * @param rows in order, at least one
   */
  public record Means(String title, String description, List<Mean> rows) {}

  /**
   * A line of the table of trainings.
   *
   * @param cells as many as there are columns
   * @param training hash of the training
   * @param manifest address of the checkpoint's manifest, relative to the page
   */
  public record Point(List<String> cells, String training, String manifest) {}

  private StudyPage() {}

  /**
   * One HTML file that needs no script, no network and no other file; its links lead into the store
   * that it lies in.
   *
   * @param title of the page
   * @param sentences what may and may not be concluded, the most important first
   * @param means before the plots, in order
   * @param plots in order
   * @param tables in order
   * @param columns of the table of trainings
   * @param points its lines
   */
  public static String render(
      String title,
      List<String> sentences,
      List<Means> means,
      List<Plot> plots,
      List<Rows> tables,
      List<String> columns,
      List<Point> points) {
    Markup html = new Markup();
    html.trusted("<!DOCTYPE html>\n").open("html", "lang", "en");
    Page.head(html, title);
    html.open("body").open("header").element("h1", title);
    html.element("p", "Held-out loss at equal compute", "class", "subtitle");
    html.close("header").open("main");
    html.element("p", sentences.get(0), "class", "lede");
    sentences.stream().skip(1).forEach(sentence -> html.element("p", sentence));
    for (int i = 0; i < means.size(); i++) {
      chart(html, "means" + i, means.get(i));
    }
    for (Plot plot : plots) {
      html.element("h2", plot.title());
      html.open("figure").open("div", "class", "scroll");
      new ScatterChart(plot).draw(html);
      html.close("div").element("figcaption", plot.description()).close("figure");
    }
    tables.forEach(table -> ComparisonPage.table(html, table));
    trainings(html, columns, points);
    html.close("main");
    Page.foot(html);
    return html + "\n";
  }

  private static void chart(Markup html, String id, Means means) {
    html.element("h2", means.title());
    html.open("figure").open("div", "class", "scroll");
    IntervalChart.draw(
        html,
        new LineChart.Words(id, means.title(), means.description(), "nats per token", ""),
        means.rows().stream().map(StudyPage::row).toList(),
        means.rows().stream()
            .filter(Mean::reference)
            .map(mean -> new LineChart.Level(mean.name(), mean.nats(), ""))
            .toList());
    html.close("div").element("figcaption", means.description()).close("figure");
  }

  private static IntervalChart.Row row(Mean mean) {
    String figures =
        Double.isNaN(mean.halfWidth())
            ? Numbers.nats(mean.nats())
            : Numbers.nats(mean.nats()) + " ± " + Numbers.nats(mean.halfWidth());
    return new IntervalChart.Row(
        mean.name(), new Mark(mean.reference() ? 1 : 0), mean.nats(), mean.halfWidth(), figures);
  }

  private static void trainings(Markup html, List<String> columns, List<Point> points) {
    html.element("h2", "Every point and its training");
    List<Column> all = new java.util.ArrayList<>();
    columns.forEach(name -> all.add(all.isEmpty() ? Column.words(name) : Column.number(name)));
    all.add(Column.words("training"));
    Table.open(html, "Each number is the score of the checkpoint behind the link", all);
    for (Point point : points) {
      html.open("tr");
      for (int i = 0; i < point.cells().size(); i++) {
        html.element(i == 0 ? "th" : "td", point.cells().get(i), "class", all.get(i).classes());
      }
      html.open("td", "class", "words").open("a", "href", point.manifest());
      html.element("code", point.training()).close("a").close("td").close("tr");
    }
    Table.close(html);
  }
}
