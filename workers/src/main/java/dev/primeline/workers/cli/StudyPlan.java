package dev.primeline.workers.cli;

import dev.primeline.activities.model.EngineSettings;
import dev.primeline.activities.tokens.PreparedCorpus;
import dev.primeline.activities.training.Trial;
import dev.primeline.workflows.corpus.CorpusResult;
import dev.primeline.workflows.experiment.CodeOrder;
import dev.primeline.workflows.experiment.ExperimentSpec;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.Flops;
import dev.primeline.workflows.experiment.ModelShape;
import dev.primeline.workflows.experiment.Parameters;
import dev.primeline.workflows.experiment.Plan;
import dev.primeline.workflows.scaling.StudyCost;
import dev.primeline.workflows.scaling.StudyPoint;
import dev.primeline.workflows.scaling.StudySpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What every point of a study would take: from real steps of each size where this machine can hold
 * it, and beyond from the FLOPs a second of the largest one that was measured.
 */
final class StudyPlan {

  /** Larger models are not tried: a plan must be quick, and fit beside what else runs. */
  private static final long LARGEST_TRIED = 40_000_000;

  /**
   * A family's points together.
   *
   * @param family its name
   * @param plans a plan for each point
   * @param extrapolated points whose time follows from FLOPs alone
   */
  record FamilyCost(String family, List<Plan> plans, int extrapolated) {

    double flops() {
      return plans.stream().mapToDouble(Plan::flops).sum();
    }

    double seconds() {
      return plans.stream().mapToDouble(Plan::seconds).sum();
    }

    long bytes() {
      return plans.stream().mapToLong(Plan::bytes).sum();
    }
  }

  /** What decides the speed: code orders and seeds do not. */
  private record Tried(Family family, ModelShape shape) {}

  private final StudySpec study;
  private final CorpusResult text;
  private final PreparedCorpus corpus;
  private final EngineSettings engine = EngineSettings.defaults();

  private final Map<Tried, Plan.Speed> measured = new HashMap<>();

  StudyPlan(StudySpec study, CorpusResult text, PreparedCorpus corpus) {
    this.study = study;
    this.text = text;
    this.corpus = corpus;
  }

  List<FamilyCost> costs() {
    Map<String, List<StudyPoint>> byFamily = new LinkedHashMap<>();
    StudyCost.points(study)
        .forEach(
            point ->
                byFamily.computeIfAbsent(point.family(), name -> new ArrayList<>()).add(point));
    List<FamilyCost> costs = new ArrayList<>();
    byFamily.forEach((family, points) -> costs.add(cost(family, points)));
    return costs;
  }

  private FamilyCost cost(String name, List<StudyPoint> points) {
    Plan.Text known =
        new Plan.Text(text.vocabularySize(), text.trainTokens(), text.heldoutTokens());
    List<Plan> plans = new ArrayList<>();
    int extrapolated = 0;
    Plan.Speed tried = new Plan.Speed(0, 0);
    double flopsTried = 0;
    for (ExperimentSpec experiment : smallestFirst(points)) {
      Family family = experiment.families().get(0);
      double flops = Flops.perToken(experiment.model(), family, text.vocabularySize()).total();
      if (flopsTried == 0 || parameters(experiment) <= LARGEST_TRIED) {
        tried = speed(experiment, family);
        flopsTried = flops;
      } else {
        extrapolated++;
      }
      double share = flopsTried / flops;
      plans.add(
          Plan.of(
              experiment,
              family,
              known,
              new Plan.Speed(tried.trained() * share, tried.scored() * share)));
    }
    return new FamilyCost(name, plans, extrapolated);
  }

  private List<ExperimentSpec> smallestFirst(List<StudyPoint> points) {
    return points.stream()
        .map(point -> point.experiment(study))
        .sorted(Comparator.comparingLong(this::parameters))
        .toList();
  }

  private long parameters(ExperimentSpec experiment) {
    return Parameters.count(
        experiment.model(), experiment.families().get(0), text.vocabularySize());
  }

  private Plan.Speed speed(ExperimentSpec experiment, Family family) {
    // An order that is learnt from text would have to be learnt first, and costs the same.
    Family plain =
        new Family(
            "",
            family.attention(),
            family.ell(),
            family.base(),
            CodeOrder.INDEX,
            family.head(),
            family.objective());
    return measured.computeIfAbsent(
        new Tried(plain, experiment.model()),
        absent -> Trial.measure(experiment, plain, corpus, engine));
  }
}
