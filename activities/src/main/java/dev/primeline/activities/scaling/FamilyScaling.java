package dev.primeline.activities.scaling;

import dev.primeline.workflows.experiment.BadInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What the points of one family say.
 *
 * @param family its name
 * @param points all of them
 * @param frontier parabola by parabola
 * @param size how N* grows with C; null below two budgets with a minimum
 * @param tokens how D* grows with C; null below two budgets with a minimum
 * @param law over all points; null where they are too few, and then a warning says so
 * @param warnings what stands against believing it, a sentence each
 */
record FamilyScaling(
    String family,
    List<IsoFlopPoint> points,
    Frontier frontier,
    @Nullable PowerLaw size,
    @Nullable PowerLaw tokens,
    @Nullable LawEstimate law,
    List<String> warnings) {

  private static final int REPLICATES = 1000;

  /** Redrawn noise that leaves fewer than this share with a frontier tells no interval. */
  private static final double ENOUGH = 0.9;

  private static final long SEED = 17;

  FamilyScaling {
    points = List.copyOf(points);
    warnings = List.copyOf(warnings);
  }

  static FamilyScaling of(String family, List<IsoFlopPoint> points) {
    List<String> warnings = new ArrayList<>();
    Frontier frontier = Frontier.of(points);
    for (IsoFlopCurve curve : frontier.curves()) {
      warn(curve, warnings);
    }
    LawEstimate law = null;
    if (LawEstimate.determinedBy(points)) {
      try {
        law = LawEstimate.of(points);
        warnings.addAll(law.warnings());
      } catch (BadInput lawless) {
        warnings.add(lawless.getMessage());
      }
    } else {
      warnings.add(
          "no law L(N, D): %d points over %d budgets, expected at least 6 points over at least 2 budgets"
              .formatted(points.size(), frontier.curves().size()));
    }
    return new FamilyScaling(
        family,
        points,
        frontier,
        growth(frontier, FrontierPoint::parameters),
        growth(frontier, FrontierPoint::tokens),
        law,
        warnings);
  }

  private static void warn(IsoFlopCurve curve, List<String> warnings) {
    String budget = String.format(Locale.ROOT, "budget %.3g", curve.flops());
    Parabola parabola = curve.parabola();
    if (parabola == null) {
      warnings.add(budget + ": fewer than three sizes, so no parabola");
      return;
    }
    Interval interval = parabola.minimumInterval();
    switch (parabola.place()) {
      case BELOW -> warnings.add(budget + ": the minimum lies below the smallest size");
      case ABOVE -> warnings.add(budget + ": the minimum lies above the largest size");
      case INSIDE -> {
        if (interval == null) {
          warnings.add(budget + ": as many sizes as coefficients, so N* has no interval");
        } else if (Double.isInfinite(interval.width())) {
          warnings.add(budget + ": the curvature is not told from zero, so N* is not identified");
        }
      }
    }
  }

  private static @Nullable PowerLaw growth(
      Frontier frontier, ToDoubleFunction<FrontierPoint> value) {
    List<FrontierPoint> optima = frontier.optima();
    if (optima.size() < 2) {
      return null;
    }
    double slope = PowerLaw.slope(optima, value);
    return new PowerLaw(slope, growthInterval(frontier, value));
  }

  private static @Nullable Interval growthInterval(
      Frontier frontier, ToDoubleFunction<FrontierPoint> value) {
    if (!frontier.hasResiduals()) {
      return null;
    }
    SplittableRandom random = new SplittableRandom(SEED);
    List<Double> slopes = new ArrayList<>();
    for (int i = 0; i < REPLICATES; i++) {
      Frontier redrawn = frontier.redrawn(random);
      if (redrawn.optima().size() == frontier.optima().size()) {
        slopes.add(PowerLaw.slope(redrawn.optima(), value));
      }
    }
    return slopes.size() < ENOUGH * REPLICATES
        ? null
        : Interval.of(slopes.stream().mapToDouble(Double::doubleValue).toArray());
  }
}
