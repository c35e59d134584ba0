package dev.primeline.workflows.scaling;

import dev.primeline.workflows.experiment.Family;
import java.util.ArrayList;
import java.util.List;

/** What a study trains before it is started: every point of its first sizes. */
public final class StudyCost {

  private StudyCost() {}

  /**
   * The points that will be trained if no bracket has to be widened, every rate of a sweep among
   * them.
   */
  public static List<StudyPoint> points(StudySpec study) {
    List<StudyPoint> points = new ArrayList<>();
    for (Family family : study.experiment().families()) {
      for (Budget budget : study.budgets()) {
        for (Size size : Ladder.of(study, family, budget).taken()) {
          addCell(study, family, budget, size, points);
        }
      }
    }
    return points;
  }

  private static void addCell(
      StudySpec study, Family family, Budget budget, Size size, List<StudyPoint> points) {
    List<Double> rates = study.learningRate().rates();
    for (int s = 0; s < study.seeds().size(); s++) {
      // Which rate the other seeds take is known later; it costs the same.
      for (double rate : s == 0 ? rates : rates.subList(0, 1)) {
        points.add(
            new StudyPoint(family.name(), budget.flops(), size.name(), study.seeds().get(s), rate));
      }
    }
  }

  /** Trainings if every bracket grew as far as it may. */
  public static long atMost(StudySpec study) {
    long cell = study.learningRate().rates().size() + study.seeds().size() - 1L;
    long cells = 0;
    for (Family family : study.experiment().families()) {
      for (Budget budget : study.budgets()) {
        List<String> named = budget.sizes();
        cells +=
            named != null
                ? named.size()
                : Math.min(
                    study.bracket().most(), Ladder.fitting(study, family, budget.flops()).size());
      }
    }
    return cells * cell;
  }
}
