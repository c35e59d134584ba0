package dev.primeline.workflows.scaling;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Which points of a sweep over learning rates count: of each family, budget and size those with the
 * rate that scored lowest on the first seed.
 */
public final class ChosenRates {

  private record Cell(String family, double flops, String size) {
    static Cell of(PointOutcome outcome) {
      StudyPoint point = outcome.point();
      return new Cell(point.family(), point.flops(), point.size());
    }
  }

  private ChosenRates() {}

  /** The points that count, in their order. */
  public static List<PointOutcome> of(List<PointOutcome> finished) {
    Map<Cell, Double> rates = new HashMap<>();
    finished.stream()
        .sorted(Comparator.comparingDouble(PointOutcome::nats))
        .forEach(outcome -> rates.putIfAbsent(Cell.of(outcome), outcome.point().rate()));
    return finished.stream()
        .filter(outcome -> Objects.equals(outcome.point().rate(), rates.get(Cell.of(outcome))))
        .toList();
  }
}
