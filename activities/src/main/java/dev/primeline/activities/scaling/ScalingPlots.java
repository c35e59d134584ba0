package dev.primeline.activities.scaling;

import dev.primeline.activities.report.StudyPage.Place;
import dev.primeline.activities.report.StudyPage.Plot;
import dev.primeline.activities.report.StudyPage.Series;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** An analysis as plots: parabolas of each family, and what is optimal over compute. */
final class ScalingPlots {

  private static final int STROKES = 48;

  private ScalingPlots() {}

  static List<Plot> of(ScalingAnalysis analysis) {
    List<Plot> plots = new ArrayList<>();
    for (FamilyScaling family : analysis.families()) {
      // Of one size there is nothing to draw; the table of standings has it.
      if (family.frontier().curves().stream().anyMatch(curve -> curve.parabola() != null)) {
        plots.add(curves(family, plots.size()));
      }
    }
    over(
        analysis,
        plots,
        "Loss at the best size over compute",
        "nats per token",
        FrontierPoint::nats);
    over(analysis, plots, "Best size N* over compute", "parameters", FrontierPoint::parameters);
    over(analysis, plots, "Tokens D* at the best size", "tokens", FrontierPoint::tokens);
    return plots;
  }

  private static Plot curves(FamilyScaling family, int index) {
    List<Series> series = new ArrayList<>();
    for (IsoFlopCurve curve : family.frontier().curves()) {
      List<Place> line = new ArrayList<>();
      Parabola parabola = curve.parabola();
      if (parabola != null) {
        double from = Math.log(curve.points().get(0).parameters());
        double to = Math.log(curve.points().get(curve.points().size() - 1).parameters());
        for (int i = 0; i <= STROKES; i++) {
          double x = from + (to - from) * i / STROKES;
          line.add(new Place(Math.exp(x), parabola.at(x)));
        }
      }
      series.add(
          new Series(
              String.format(Locale.ROOT, "%.0e FLOPs", curve.flops()).replace("e+", "e"),
              series.size(),
              curve.points().stream().map(p -> new Place(p.parameters(), p.nats())).toList(),
              line));
    }
    return new Plot(
        "isoflop" + index,
        "IsoFLOP curves of " + family.family(),
        "Held-out loss of every training over its parameters, and the least-squares parabola in"
            + " log N of each compute budget.",
        "parameters",
        "nats per token",
        series);
  }

  private static void over(
      ScalingAnalysis analysis,
      List<Plot> plots,
      String title,
      String yName,
      ToDoubleFunction<FrontierPoint> value) {
    List<Series> series = new ArrayList<>();
    for (int i = 0; i < analysis.families().size(); i++) {
      FamilyScaling family = analysis.families().get(i);
      List<Place> places =
          family.frontier().optima().stream()
              .map(point -> new Place(point.flops(), value.applyAsDouble(point)))
              .toList();
      if (places.size() > 1) {
        series.add(new Series(family.family(), i, places, places));
      }
    }
    if (!series.isEmpty()) {
      plots.add(
          new Plot(
              "over" + plots.size(),
              title,
              "At the minimum of each budget's parabola, where it lies among the measured sizes.",
              "FLOPs",
              yName,
              series));
    }
  }
}
