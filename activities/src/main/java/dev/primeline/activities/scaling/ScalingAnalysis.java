package dev.primeline.activities.scaling;

import dev.primeline.workflows.experiment.Family;
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
 * @param choices what families were varied in, value by value; empty where nobody says what they
 *     are
 * @param noise of one training
 */
public record ScalingAnalysis(
    List<FamilyScaling> families,
    List<ComputeMultiplier> multipliers,
    List<EqualCompute> equalCompute,
    List<ChoiceEffect> choices,
    Noise noise) {

  public ScalingAnalysis {
    families = List.copyOf(families);
    multipliers = List.copyOf(multipliers);
    equalCompute = List.copyOf(equalCompute);
    choices = List.copyOf(choices);
  }

  /** Analyses points of any families, budgets and sizes. The same points give the same numbers. */
  public static ScalingAnalysis of(List<IsoFlopPoint> points) {
    return of(points, List.of());
  }

  /** The same of families whose choices are known. */
  static ScalingAnalysis of(List<IsoFlopPoint> points, List<Family> known) {
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
    Noise noise = Noise.of(points);
    List<EqualCompute> budgets = EqualCompute.of(points, noise);
    return new ScalingAnalysis(
        families, multipliers, budgets, ChoiceEffect.of(known, budgets, noise), noise);
  }

  /**
   * What stands against believing the numbers, a sentence each, with the families that it is about
   * first.
   */
  public List<String> warnings() {
    Map<String, List<String>> about = new LinkedHashMap<>();
    for (FamilyScaling family : families) {
      for (String text : family.warnings()) {
        about.computeIfAbsent(text, t -> new ArrayList<>()).add(family.family());
      }
    }
    return about.entrySet().stream()
        .map(entry -> named(entry.getValue()) + ": " + entry.getKey())
        .toList();
  }

  private String named(List<String> some) {
    if (some.size() > 2 && some.size() == families.size()) {
      return "all %d families".formatted(some.size());
    }
    return String.join(", ", some);
  }
}
