package dev.primeline.activities.scaling;

import dev.primeline.activities.report.StudyPage.Mean;
import dev.primeline.activities.report.StudyPage.Means;
import dev.primeline.activities.report.StudyPage.Place;
import dev.primeline.activities.report.StudyPage.Plot;
import dev.primeline.activities.report.StudyPage.Series;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * An analysis as plots: families side by side, parabolas of each, and what is optimal over compute.
 */
final class ScalingPlots {

  private static final int STROKES = 48;

  private ScalingPlots() {}

  /** Families at the largest budget, where there are several. */
  static List<Means> means(ScalingAnalysis analysis) {
    EqualCompute last = analysis.equalCompute().get(analysis.equalCompute().size() - 1);
    if (last.standings().size() < 2) {
      return List.of();
    }
    Set<String> references =
        last.differences().stream()
            .map(EqualCompute.Difference::reference)
            .collect(Collectors.toSet());
    List<Mean> rows = new ArrayList<>();
    for (EqualCompute.Standing standing : last.standings()) {
      Interval interval = analysis.noise().around(standing.nats(), 1.0 / standing.seeds(), 1);
      rows.add(
          new Mean(
              standing.family(),
              standing.nats(),
              interval == null ? Double.NaN : interval.width() / 2,
              references.contains(standing.family())));
    }
    return List.of(
        new Means(
            "Families at %s FLOPs".formatted(Conclusions.flops(last.flops())),
            "Each family's best measured size, mean over seeds with its own 95 % interval, the best first. Two"
                + " intervals that overlap say less than the table of differences. The axis does not"
                + " begin at zero.",
            rows));
  }

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
