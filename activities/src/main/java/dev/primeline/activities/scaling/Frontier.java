package dev.primeline.activities.scaling;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** One family's parabolas, a budget each, and what is compute-optimal along them. */
final class Frontier {

  private final List<IsoFlopCurve> curves;
  private final List<FrontierPoint> optima = new ArrayList<>();

  private Frontier(List<IsoFlopCurve> curves) {
    this.curves = List.copyOf(curves);
    for (IsoFlopCurve curve : curves) {
      FrontierPoint optimum = curve.optimum();
      if (optimum != null) {
        optima.add(optimum);
      }
    }
  }

  /** Points of one family. */
  static Frontier of(List<IsoFlopPoint> points) {
    TreeMap<Double, List<IsoFlopPoint>> budgets = new TreeMap<>();
    points.stream()
        .sorted(Comparator.comparingDouble(IsoFlopPoint::parameters))
        .forEach(
            point -> budgets.computeIfAbsent(point.flops(), c -> new ArrayList<>()).add(point));
    return new Frontier(
        budgets.entrySet().stream()
            .map(budget -> IsoFlopCurve.of(budget.getKey(), budget.getValue()))
            .toList());
  }

  /** By budget, smallest first. */
  List<IsoFlopCurve> curves() {
    return curves;
  }

  /** Of the budgets whose minimum lies among the measured sizes, smallest first. */
  List<FrontierPoint> optima() {
    return List.copyOf(optima);
  }

  /**
   * The compute at which the frontier reaches this loss: straight in (ln C, ln L) between
   * neighbouring budgets, and nothing beyond them.
   */
  OptionalDouble flopsAt(double nats) {
    for (int i = 0; i + 1 < optima.size(); i++) {
      FrontierPoint less = optima.get(i);
      FrontierPoint more = optima.get(i + 1);
      if (less.nats() >= nats && nats >= more.nats() && less.nats() > more.nats()) {
        double share = Math.log(less.nats() / nats) / Math.log(less.nats() / more.nats());
        return OptionalDouble.of(less.flops() * Math.pow(more.flops() / less.flops(), share));
      }
    }
    return OptionalDouble.empty();
  }

  /** Whether noise can be told at all: more points than the parabolas take up. */
  boolean hasResiduals() {
    return degreesOfFreedom() > 0;
  }

  private int degreesOfFreedom() {
    int degrees = 0;
    for (IsoFlopCurve curve : curves) {
      Parabola parabola = curve.parabola();
      degrees += parabola == null ? 0 : parabola.degreesOfFreedom();
    }
    return degrees;
  }

  /**
   * The same parabolas with other noise: residuals of all budgets, drawn with replacement and
   * widened by what the fits took up.
   */
  Frontier redrawn(SplittableRandom random) {
    List<Double> residuals = new ArrayList<>();
    for (IsoFlopCurve curve : curves) {
      Parabola parabola = curve.parabola();
      if (parabola != null) {
        for (double residual : parabola.residuals()) {
          residuals.add(residual);
        }
      }
    }
    double widened = Math.sqrt((double) residuals.size() / degreesOfFreedom());
    List<IsoFlopCurve> redrawn = new ArrayList<>();
    for (IsoFlopCurve curve : curves) {
      Parabola parabola = curve.parabola();
      if (parabola == null) {
        continue;
      }
      double[] nats =
          curve.points().stream()
              .mapToDouble(
                  point ->
                      parabola.at(Math.log(point.parameters()))
                          + widened * residuals.get(random.nextInt(residuals.size())))
              .toArray();
      redrawn.add(curve.with(nats));
    }
    return new Frontier(redrawn);
  }
}
