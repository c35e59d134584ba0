package dev.primeline.activities.scaling;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that the points of a study say (METHOD section 7): parabolas, frontier, law and
 * multipliers of its families.
 *
 * @param families in the order in which they appear
 * @param multipliers of each family against each one before it
 * @param equalCompute families side by side, budget by budget
 */
public record ScalingAnalysis(
    List<FamilyScaling> families,
    List<ComputeMultiplier> multipliers,
    List<EqualCompute> equalCompute) {

  public ScalingAnalysis {
    families = List.copyOf(families);
    multipliers = List.copyOf(multipliers);
    equalCompute = List.copyOf(equalCompute);
  }

  /** Analyses points of any families, budgets and sizes. The same points give the same numbers. */
  public static ScalingAnalysis of(List<IsoFlopPoint> points) {
    Map<String, List<IsoFlopPoint>> byFamily = new LinkedHashMap<>();
    points.forEach(
        point -> byFamily.computeIfAbsent(point.family(), name -> new ArrayList<>()).add(point));
    List<FamilyScaling> families =
        byFamily.entrySet().stream()
            .map(entry -> FamilyScaling.of(entry.getKey(), entry.getValue()))
            .toList();
    List<ComputeMultiplier> multipliers = new ArrayList<>();
    for (int i = 1; i < families.size(); i++) {
      for (int j = 0; j < i; j++) {
        multipliers.addAll(ComputeMultiplier.of(families.get(i), families.get(j)));
      }
    }
    return new ScalingAnalysis(families, multipliers, EqualCompute.of(points));
  }

  /** What stands against believing the numbers, a sentence each, its family first. */
  public List<String> warnings() {
    return families.stream()
        .flatMap(family -> family.warnings().stream().map(text -> family.family() + ": " + text))
        .toList();
  }
}
