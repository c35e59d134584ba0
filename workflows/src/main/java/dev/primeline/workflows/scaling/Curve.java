package dev.primeline.workflows.scaling;

import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.steps.StepOptions;
import io.temporal.workflow.Workflow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One family at one budget: which points it needs next. A size tries its rates on the first seed;
 * the other seeds take the best of them. When all sizes are done, a bracket whose minimum lies at
 * an edge grows there.
 */
final class Curve {

  private final StudySpec study;
  private final Family family;
  private final Budget budget;
  private final Ladder ladder;
  private final List<PointOutcome> finished = new ArrayList<>();

  /** By size: points of the sweep that are under way. */
  private final Map<String, Integer> sweeping = new HashMap<>();

  private int open;

  Curve(StudySpec study, Family family, Budget budget) {
    this.study = study;
    this.family = family;
    this.budget = budget;
    this.ladder = Ladder.of(study, family, budget);
  }

  /** What to train first. */
  List<StudyPoint> first() {
    return ladder.taken().stream().flatMap(size -> sweep(size).stream()).toList();
  }

  /** A point has its number; gives what to train next. */
  List<StudyPoint> finished(PointOutcome outcome, StudyDetails details) {
    finished.add(outcome);
    return over(outcome.point(), details);
  }

  /** A point will have no number; gives what to train next. */
  List<StudyPoint> failed(StudyPoint point, StudyDetails details) {
    return over(point, details);
  }

  private List<StudyPoint> sweep(Size size) {
    List<StudyPoint> points =
        study.learningRate().rates().stream()
            .map(rate -> point(size.name(), study.seeds().get(0), rate))
            .toList();
    sweeping.put(size.name(), points.size());
    open += points.size();
    return points;
  }

  private StudyPoint point(String size, long seed, double rate) {
    return new StudyPoint(family.name(), budget.flops(), size, seed, rate);
  }

  private List<StudyPoint> over(StudyPoint point, StudyDetails details) {
    open--;
    if (point.seed() == study.seeds().get(0)
        && sweeping.merge(point.size(), -1, Integer::sum) == 0) {
      List<StudyPoint> others = otherSeeds(point.size());
      open += others.size();
      if (!others.isEmpty()) {
        return others;
      }
    }
    return open > 0 ? List.of() : widened(details);
  }

  private List<StudyPoint> otherSeeds(String size) {
    return finished.stream()
        .filter(outcome -> outcome.point().size().equals(size))
        .min(Comparator.comparingDouble(PointOutcome::nats))
        .map(
            best ->
                study.seeds().stream()
                    .skip(1)
                    .map(seed -> point(size, seed, best.point().rate()))
                    .toList())
        .orElse(List.of());
  }

  private List<StudyPoint> widened(StudyDetails details) {
    List<PointOutcome> chosen = ChosenRates.of(finished);
    long sizes = chosen.stream().map(outcome -> outcome.point().size()).distinct().count();
    if (budget.sizes() != null || sizes < 3) {
      return List.of();
    }
    Place place =
        Workflow.newActivityStub(
                ScalingActivities.class, StepOptions.onCpu("find the minimum of " + family.name()))
            .minimum(new MinimumRequest(chosen))
            .place();
    Optional<Size> next = ladder.widen(place);
    if (place != Place.INSIDE) {
      details.note(
          "%s at %s: the minimum lies %s the sizes, %s"
              .formatted(
                  family.name(),
                  StudyWords.flops(budget.flops()),
                  place == Place.BELOW ? "below" : "above",
                  next.map(size -> "training " + size.name()).orElse("and there is no other")));
    }
    return next.map(this::sweep).orElse(List.of());
  }
}
