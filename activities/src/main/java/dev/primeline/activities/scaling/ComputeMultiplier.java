package dev.primeline.activities.scaling;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * How much compute one family needs for the loss that another reaches, along both frontiers (METHOD
 * section 7): the ratio of budgets at equal loss.
 *
 * @param family whose compute is in question
 * @param reference the family that it is measured against
 * @param referenceFlops budget of the reference
 * @param nats loss of the reference's frontier there
 * @param multiplier compute of the family over that budget: above 1 where it needs more; null where
 *     its frontier does not reach this loss within its budgets
 * @param interval of the multiplier, over redrawn noise of both; null where noise cannot be told
 */
public record ComputeMultiplier(
    String family,
    String reference,
    double referenceFlops,
    double nats,
    @Nullable Double multiplier,
    @Nullable Interval interval) {

  private static final int REPLICATES = 1000;

  /** Redrawn noise that leaves fewer than this share with a ratio tells no interval. */
  private static final double ENOUGH = 0.9;

  private static final long SEED = 23;

  /** One for each budget of the reference that has a minimum. */
  static List<ComputeMultiplier> of(FamilyScaling family, FamilyScaling reference) {
    List<ComputeMultiplier> multipliers = new ArrayList<>();
    for (FrontierPoint at : reference.frontier().optima()) {
      OptionalDouble flops = family.frontier().flopsAt(at.nats());
      multipliers.add(
          new ComputeMultiplier(
              family.family(),
              reference.family(),
              at.flops(),
              at.nats(),
              flops.isPresent() ? flops.getAsDouble() / at.flops() : null,
              flops.isPresent()
                  ? interval(family.frontier(), reference.frontier(), at.flops())
                  : null));
    }
    return multipliers;
  }

  private static @Nullable Interval interval(Frontier family, Frontier reference, double flops) {
    if (!family.hasResiduals() || !reference.hasResiduals()) {
      return null;
    }
    SplittableRandom random = new SplittableRandom(SEED);
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < REPLICATES; i++) {
      Frontier theirs = reference.redrawn(random);
      Frontier ours = family.redrawn(random);
      theirs.optima().stream()
          .filter(point -> point.flops() == flops)
          .findFirst()
          .map(point -> ours.flopsAt(point.nats()))
          .filter(OptionalDouble::isPresent)
          .ifPresent(reached -> ratios.add(reached.getAsDouble() / flops));
    }
    return ratios.size() < ENOUGH * REPLICATES
        ? null
        : Interval.of(ratios.stream().mapToDouble(Double::doubleValue).toArray());
  }
}
