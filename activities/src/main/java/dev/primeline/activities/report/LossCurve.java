package dev.primeline.activities.report;

import dev.primeline.activities.report.LineChart.Point;
import dev.primeline.activities.training.StepMetrics;
import java.util.ArrayList;
import java.util.List;

/** The curves that a training log holds. */
final class LossCurve {

  /** A longer log is averaged down to so many points: more than a plot can show are noise. */
  private static final int POINTS = 120;

  private LossCurve() {}

  /**
   * Training loss over tokens, means of neighbouring steps, losses that are no numbers left out.
   */
  static List<Point> training(List<StepMetrics> metrics) {
    List<StepMetrics> finite = metrics.stream().filter(m -> Double.isFinite(m.loss())).toList();
    int points = Math.min(POINTS, finite.size());
    List<Point> curve = new ArrayList<>(points);
    for (int i = 0; i < points; i++) {
      int from = (int) ((long) i * finite.size() / points);
      int to = (int) ((i + 1L) * finite.size() / points);
      double loss = 0;
      double tokens = 0;
      for (StepMetrics m : finite.subList(from, to)) {
        loss += m.loss();
        tokens += m.tokens();
      }
      curve.add(new Point(tokens / (to - from), loss / (to - from), 0));
    }
    return curve;
  }

  /** Held-out NELBO over tokens with 95 % of its mask error. */
  static List<Point> heldout(List<StepMetrics> metrics) {
    return scored(metrics).stream()
        .map(m -> new Point(m.tokens(), nats(m), Headline.WITHIN * error(m)))
        .toList();
  }

  /** The lines with a finite held-out score. */
  static List<StepMetrics> scored(List<StepMetrics> metrics) {
    return metrics.stream().filter(m -> Double.isFinite(nats(m))).toList();
  }

  private static double nats(StepMetrics m) {
    return m.heldoutNats() == null ? Double.NaN : m.heldoutNats();
  }

  private static double error(StepMetrics m) {
    return m.heldoutError() == null || !Double.isFinite(m.heldoutError()) ? 0 : m.heldoutError();
  }
}
