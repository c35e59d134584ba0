package dev.primeline.activities.evaluation;

import dev.primeline.workflows.evaluation.FamilyScores.CurvePoint;
import java.util.ArrayList;
import java.util.List;

/** Mean cost of a masked digit in ten equal bins of the mask ratio; bin 0 is (0, 0.1]. */
final class MaskRatioCurve {
  private static final int BINS = 10;

  private final double[] nats = new double[BINS];
  private final long[] masked = new long[BINS];
  private final long[] digits = new long[BINS];

  /** Adds one scored sequence: m of its n digits masked, at this unweighted cost. */
  void add(int m, int n, double cost) {
    int bin = (int) (((long) BINS * m - 1) / n);
    nats[bin] += cost;
    masked[bin] += m;
    digits[bin] += n;
  }

  /** Bins that hold a draw, each at the mean mask ratio of its draws. */
  List<CurvePoint> points() {
    List<CurvePoint> points = new ArrayList<>();
    for (int bin = 0; bin < BINS; bin++) {
      if (masked[bin] > 0) {
        points.add(new CurvePoint(masked[bin] / (double) digits[bin], nats[bin] / masked[bin]));
      }
    }
    return points;
  }
}
