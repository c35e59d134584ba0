package dev.primeline.activities.report;

import dev.primeline.activities.report.LineChart.Curve;
import dev.primeline.activities.report.LineChart.Level;
import dev.primeline.activities.report.LineChart.Point;
import dev.primeline.activities.report.LineChart.Weight;
import dev.primeline.activities.report.Table.Column;
import dev.primeline.workflows.evaluation.FamilyScores.CurvePoint;
import dev.primeline.workflows.experiment.Objective;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/** Curves over training and over the mask ratio. */
final class CurveSection {

  /** Share of the training curve's beginning that may rise above the plot. */
  private static final double CUT = 0.04;

  private static final List<Column> HELDOUT =
      List.of(
          Column.words("family"),
          Column.number("step"),
          Column.number("tokens"),
          Column.number("held-out NELBO"),
          Column.number("mask error"));

  private static final List<Column> RATIO =
      List.of(
          Column.words("family"),
          Column.number("mask ratio"),
          Column.number("nats per masked digit"));

  private CurveSection() {}

  /** Training loss and held-out NELBO over tokens. */
  static void learning(Markup html, RunView run) {
    html.element("h2", "Learning curves");
    List<Curve> curves = new ArrayList<>();
    for (RunView.Entry entry : run.entries()) {
      add(curves, entry, Weight.FAINT, LossCurve.training(entry.metrics()));
      add(curves, entry, Weight.BOLD, LossCurve.heldout(entry.metrics()));
    }
    if (curves.isEmpty()) {
      html.element("p", "No training log was kept.", "class", "note");
      return;
    }
    double right =
        curves.stream().flatMap(c -> c.points().stream()).mapToDouble(Point::x).max().orElse(1);
    double[] heights = heights(curves, run.levels());
    html.open("figure").open("div", "class", "scroll");
    new LineChart(
            new LineChart.Words(
                "learning",
                "Loss while training",
                "Held-out NELBO and training loss of each family over the tokens seen, in nats per"
                    + " token.",
                "tokens seen in training",
                "nats per token"),
            curves,
            run.levels(),
            Math.max(right, 1),
            heights[0],
            heights[1])
        .draw(html);
    html.close("div");
    html.element(
        "figcaption",
        "Bold with marks: held-out NELBO on a fixed part of the held-out text, always with the same"
            + " masks; bars are ±\u00a01.96 mask errors. Faint: training loss, averaged over"
            + " neighbouring steps"
            + (joint(run)
                ? "; that of a family with the joint objective is the joint form, not a bound."
                : ".")
            + " The final scores above are over the whole held-out text.");
    html.close("figure");
    heldoutTable(html, run);
  }

  private static boolean joint(RunView run) {
    return run.result().families().stream().anyMatch(f -> f.objective() == Objective.JOINT);
  }

  private static void add(
      List<Curve> curves, RunView.Entry entry, Weight weight, List<Point> points) {
    if (!points.isEmpty()) {
      curves.add(new Curve(entry.name(), entry.mark(), weight, points));
    }
  }

  /** Room for everything but the first moments of training, which would flatten the rest. */
  static double[] heights(List<Curve> curves, List<Level> levels) {
    double[] faint =
        curves.stream()
            .filter(c -> c.weight() == Weight.FAINT)
            .flatMap(c -> c.points().stream())
            .mapToDouble(Point::y)
            .sorted()
            .toArray();
    DoubleStream bold =
        curves.stream()
            .filter(c -> c.weight() == Weight.BOLD)
            .flatMap(c -> c.points().stream())
            .flatMapToDouble(p -> DoubleStream.of(p.y() - p.halfWidth(), p.y() + p.halfWidth()));
    DoubleStream kept =
        faint.length == 0
            ? DoubleStream.empty()
            : DoubleStream.of(faint[0], faint[(int) ((faint.length - 1) * (1 - CUT))]);
    double[] all =
        DoubleStream.concat(
                DoubleStream.concat(bold, kept), levels.stream().mapToDouble(Level::value))
            .sorted()
            .toArray();
    return new double[] {all[0], all[all.length - 1]};
  }

  private static void heldoutTable(Markup html, RunView run) {
    html.open("details").element("summary", "Held-out values as a table");
    Table.open(html, "Held-out NELBO while training, nats per token", HELDOUT);
    for (RunView.Entry entry : run.entries()) {
      LossCurve.scored(entry.metrics())
          .forEach(
              m ->
                  Table.row(
                      html,
                      HELDOUT,
                      List.of(
                          entry.name(),
                          Numbers.count(m.step()),
                          Numbers.count(m.tokens()),
                          Numbers.nats(m.heldoutNats()),
                          Numbers.nats(m.heldoutError()))));
    }
    Table.close(html);
    html.close("details");
  }

  /** Cost of a masked digit by the share of digits that are masked. */
  static void maskRatio(Markup html, RunView run) {
    List<Curve> curves = new ArrayList<>();
    for (RunView.Entry entry : run.entries()) {
      List<Point> points =
          points(entry).stream()
              .filter(p -> Double.isFinite(p.natsPerMaskedDigit()))
              .map(p -> new Point(p.maskRatio(), p.natsPerMaskedDigit(), 0))
              .toList();
      add(curves, entry, Weight.BOLD, points);
    }
    if (curves.isEmpty()) {
      return;
    }
    double high =
        curves.stream().flatMap(c -> c.points().stream()).mapToDouble(Point::y).max().orElse(1);
    html.element("h2", "Cost by mask ratio");
    html.open("figure").open("div", "class", "scroll");
    new LineChart(
            new LineChart.Words(
                "ratio",
                "Cost of a masked digit by mask ratio",
                "For each masked family: mean nats per masked digit over the share of digits that"
                    + " are masked.",
                "share of digits masked",
                "nats per masked digit"),
            curves,
            List.of(),
            1,
            0,
            high)
        .draw(html);
    html.close("div");
    html.element(
        "figcaption",
        "Left: nearly everything is known. Right: nearly nothing is. A digit of a family with more"
            + " digits per token carries less, so heights compare within one ell only.");
    html.close("figure");
    ratioTable(html, run);
  }

  private static List<CurvePoint> points(RunView.Entry entry) {
    return entry.outcome().evaluated().scores().curve();
  }

  private static void ratioTable(Markup html, RunView run) {
    html.open("details").element("summary", "Values as a table");
    Table.open(html, "Cost of a masked digit by mask ratio", RATIO);
    for (RunView.Entry entry : run.entries()) {
      for (CurvePoint point : points(entry)) {
        Table.row(
            html,
            RATIO,
            List.of(
                entry.name(),
                Numbers.decimals(point.maskRatio(), 3),
                Numbers.nats(point.natsPerMaskedDigit())));
      }
    }
    Table.close(html);
    html.close("details");
  }
}
