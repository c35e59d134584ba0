package dev.primeline.workflows.scaling;

import dev.primeline.workflows.experiment.Family;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Which sizes one family trains at one budget: those named, or a bracket that may grow. */
final class Ladder {

  /** A schedule of fewer steps has no warm-up and no decay worth the name. */
  static final long LEAST_STEPS = 50;

  private final List<Size> rungs;
  private final List<Size> taken;
  private final int most;

  private Ladder(List<Size> rungs, List<Size> taken, int most) {
    this.rungs = rungs;
    this.taken = new ArrayList<>(taken);
    this.most = most;
  }

  static Ladder of(StudySpec study, Family family, Budget budget) {
    List<String> named = budget.sizes();
    if (named != null) {
      List<Size> sizes =
          study.sizes().stream().filter(size -> named.contains(size.name())).toList();
      return new Ladder(sizes, sizes, sizes.size());
    }
    List<Size> rungs = fitting(study, family, budget.flops());
    Bracket bracket = study.bracket();
    int first = Math.min(bracket.first(), rungs.size());
    int centre = expected(study, family, budget.flops(), rungs);
    int from = Math.max(0, Math.min(centre - first / 2, rungs.size() - first));
    return new Ladder(rungs, rungs.subList(from, from + first), bracket.most());
  }

  /** The sizes that a budget can train, smallest first. */
  static List<Size> fitting(StudySpec study, Family family, double flops) {
    return study.sizes().stream()
        .filter(size -> StudyPoint.steps(study, family, size, flops) >= LEAST_STEPS)
        .sorted(Comparator.comparingLong(size -> StudyPoint.parameters(study, family, size)))
        .toList();
  }

  private static int expected(StudySpec study, Family family, double flops, List<Size> rungs) {
    int nearest = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < rungs.size(); i++) {
      double tokens =
          (double) StudyPoint.steps(study, family, rungs.get(i), flops) * study.tokensPerStep();
      double ratio = tokens / StudyPoint.parameters(study, family, rungs.get(i));
      double off = Math.abs(Math.log(ratio / study.bracket().tokensPerParameter()));
      if (off < least) {
        least = off;
        nearest = i;
      }
    }
    return nearest;
  }

  /** What it has come to, smallest first. */
  List<Size> taken() {
    return List.copyOf(taken);
  }

  /** The next size on that side, now taken; nothing when there is none or it has grown enough. */
  Optional<Size> widen(Place minimum) {
    int next =
        switch (minimum) {
          case BELOW -> rungs.indexOf(taken.get(0)) - 1;
          case ABOVE -> rungs.indexOf(taken.get(taken.size() - 1)) + 1;
          case INSIDE -> -1;
        };
    if (next < 0 || next >= rungs.size() || taken.size() >= most) {
      return Optional.empty();
    }
    Size size = rungs.get(next);
    taken.add(minimum == Place.BELOW ? 0 : taken.size(), size);
    return Optional.of(size);
  }
}
