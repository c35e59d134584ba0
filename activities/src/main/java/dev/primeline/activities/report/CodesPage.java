package dev.primeline.activities.report;

import dev.primeline.activities.report.LineChart.Curve;
import dev.primeline.activities.report.LineChart.Level;
import dev.primeline.activities.report.LineChart.Point;
import dev.primeline.activities.report.LineChart.Weight;
import dev.primeline.activities.report.Table.Column;
import dev.primeline.activities.subtokens.CodeAnalysis;
import dev.primeline.workflows.experiment.CodeOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A page on what the digits of a text's tokens say under every order of codes. */
public final class CodesPage {

  private static final List<Column> COLUMNS =
      List.of(
          Column.words("order"),
          Column.number("ell"),
          Column.number("base"),
          Column.number("sum of digits"),
          Column.number("least"),
          Column.number("most"),
          Column.number("total correlation"));

  private CodesPage() {}

  /** One HTML file that needs no script, no network and no other file. */
  public static String render(CodeAnalysis analysis) {
    Markup html = new Markup();
    html.trusted("<!DOCTYPE html>\n").open("html", "lang", "en");
    Page.head(html, "Codes");
    html.open("body").open("header").element("h1", "Codes of a text's tokens");
    html.element(
        "p",
        "%,d training tokens, vocabulary %,d, entropy of a token %s nats"
            .formatted(
                analysis.tokens(),
                analysis.vocabularySize(),
                Numbers.decimals(analysis.tokenEntropyNats(), 3)),
        "class",
        "subtitle");
    html.close("header").open("main");
    CodeAnalysis.Recommendation taken = analysis.recommended();
    html.element(
        "p",
        "Recommended: %s codes, %d digits of base %d."
            .formatted(FactSection.wireName(taken.order()), taken.ell(), taken.base()),
        "class",
        "lede");
    html.element("p", taken.reason());
    together(html, analysis);
    List<Integer> ells = ells(analysis);
    html.element("h2", "Entropy per digit");
    for (int ell : ells) {
      digits(html, analysis, ell);
    }
    values(html, analysis);
    html.close("main");
    Page.foot(html);
    return html + "\n";
  }

  private static List<Integer> ells(CodeAnalysis analysis) {
    return analysis.rows().stream().map(CodeAnalysis.Row::ell).distinct().sorted().toList();
  }

  private static void together(Markup html, CodeAnalysis analysis) {
    List<Integer> ells = ells(analysis);
    List<Curve> curves = new ArrayList<>();
    for (CodeOrder order : orders(analysis)) {
      List<Point> points =
          rows(analysis, order).stream()
              .map(row -> new Point(row.ell(), row.totalCorrelationNats(), 0))
              .toList();
      curves.add(curve(order, curves.size(), points));
    }
    html.element("h2", "What the digits of a token say about each other");
    figure(
        html,
        new LineChart.Words(
            "together",
            "Total correlation between the digits of a token",
            "Sum of the digits' entropies without the entropy of a token, for each order of codes"
                + " over the number of digits, in nats.",
            "digits per token",
            "nats"),
        curves,
        List.of(),
        ells.get(ells.size() - 1),
        "Total correlation: the sum of the digits' entropies without the entropy of a token. It is"
            + " no measure of how well a model does: see the recommendation.");
  }

  private static void digits(Markup html, CodeAnalysis analysis, int ell) {
    List<Curve> curves = new ArrayList<>();
    int base = 2;
    for (CodeOrder order : orders(analysis)) {
      for (CodeAnalysis.Row row : rows(analysis, order)) {
        if (row.ell() == ell) {
          base = row.base();
          List<Point> points = new ArrayList<>();
          for (int j = 0; j < ell; j++) {
            points.add(new Point(j + 1, row.digitEntropiesNats().get(j), 0));
          }
          curves.add(curve(order, curves.size(), points));
        }
      }
    }
    String name = "%d digits of base %d".formatted(ell, base);
    html.element("h3", name);
    figure(
        html,
        new LineChart.Words(
            "digits-" + ell,
            "Entropy of each of " + name,
            "Entropy of each digit on the training tokens under each order of codes, in nats.",
            "digit, most significant first",
            "nats"),
        curves,
        List.of(new Level("most", Math.log(base), "unigram")),
        ell,
        "Dashed level: the most that a digit of this base can carry. A digit near zero is nearly"
            + " constant: masking it hides little.");
  }

  private static void figure(
      Markup html,
      LineChart.Words words,
      List<Curve> curves,
      List<Level> levels,
      double right,
      String caption) {
    double[] heights = CurveSection.heights(curves, levels);
    html.open("figure").open("div", "class", "scroll");
    new LineChart(words, curves, levels, right, Math.min(0, heights[0]), heights[1]).draw(html);
    html.close("div").element("figcaption", caption).close("figure");
  }

  private static Curve curve(CodeOrder order, int index, List<Point> points) {
    return new Curve(FactSection.wireName(order), new Mark(index), Weight.BOLD, points);
  }

  private static List<CodeOrder> orders(CodeAnalysis analysis) {
    return analysis.rows().stream().map(CodeAnalysis.Row::order).distinct().toList();
  }

  private static List<CodeAnalysis.Row> rows(CodeAnalysis analysis, CodeOrder order) {
    return analysis.rows().stream()
        .filter(row -> row.order() == order)
        .sorted(Comparator.comparingInt(CodeAnalysis.Row::ell))
        .toList();
  }

  private static void values(Markup html, CodeAnalysis analysis) {
    html.element("h2", "Values");
    Table.open(html, "Entropies and total correlation, nats", COLUMNS);
    for (CodeAnalysis.Row row : analysis.rows()) {
      List<Double> nats = row.digitEntropiesNats();
      Table.row(
          html,
          COLUMNS,
          List.of(
              FactSection.wireName(row.order()),
              Integer.toString(row.ell()),
              Integer.toString(row.base()),
              Numbers.decimals(nats.stream().mapToDouble(n -> n).sum(), 3),
              Numbers.decimals(nats.stream().mapToDouble(n -> n).min().orElse(0), 3),
              Numbers.decimals(nats.stream().mapToDouble(n -> n).max().orElse(0), 3),
              Numbers.decimals(row.totalCorrelationNats(), 3)));
    }
    Table.close(html);
  }
}
