package dev.primeline.workflows.scaling;

import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.Codes;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.NearestName;
import dev.primeline.workflows.experiment.SpecReader;
import dev.primeline.workflows.experiment.TrainingSettings;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Which studies there can be; each refusal names key, value and expectation. */
final class StudyRules {

  /**
   * The report is asked for in one argument, some 400 bytes a point; and a history that is left
   * behind at 30,000 events must hold all of them, some 25 a point.
   */
  private static final int MOST_POINTS = 500;

  /** Each lane is a thread of the worker that runs the workflow, which has some hundreds. */
  private static final int MOST_PARALLEL = 256;

  /** A rate that ends above this share of its height has not decayed. */
  private static final double DECAYED = 0.1;

  private StudyRules() {}

  static void check(StudySpec study) {
    checkExperiment(study);
    checkSizes(study);
    checkRates(study);
    if (study.seeds().isEmpty() || new HashSet<>(study.seeds()).size() < study.seeds().size()) {
      throw new BadInput("seeds: %s, expected different numbers".formatted(study.seeds()));
    }
    if (study.parallel() < 1 || study.parallel() > MOST_PARALLEL) {
      throw new BadInput(
          "parallel: %d, expected between 1 and %d".formatted(study.parallel(), MOST_PARALLEL));
    }
    Bracket bracket = study.bracket();
    if (bracket.first() < 3 || bracket.most() < bracket.first()) {
      throw new BadInput(
          "bracket: first %d and most %d, expected 3 <= first <= most: three sizes determine a parabola"
              .formatted(bracket.first(), bracket.most()));
    }
    if (!(bracket.tokensPerParameter() > 0 && bracket.tokensPerParameter() < 1e9)) {
      throw new BadInput(
          "bracket.tokensPerParameter: %s, expected a positive number"
              .formatted(bracket.tokensPerParameter()));
    }
    checkBudgets(study);
    long points = StudyCost.atMost(study);
    if (points > MOST_POINTS) {
      throw new BadInput(
          "the study has up to %,d trainings, expected at most %,d; studies share what is trained, so several smaller ones cost no more"
              .formatted(points, MOST_POINTS));
    }
  }

  private static void checkExperiment(StudySpec study) {
    if (study.experiment().branch() != null || study.experiment().initialWeights() != null) {
      throw new BadInput(
          "experiment: begins at weights of another training, expected fresh ones: compute is counted from the first step");
    }
    List<Family> families = study.experiment().families();
    for (int i = 0; i < families.size(); i++) {
      for (int j = 0; j < i; j++) {
        if (same(families.get(i), families.get(j), study)) {
          throw new BadInput(
              "experiment.families: \"%s\" and \"%s\" are the same model, expected families that differ in more than their names"
                  .formatted(families.get(j).name(), families.get(i).name()));
        }
      }
    }
    TrainingSettings training = study.experiment().training();
    if (training.finalLearningRate() > DECAYED * training.learningRate() * (1 + 1e-9)) {
      throw new BadInput(
          "experiment.training.finalLearningRate: %s, expected at most %s, a tenth of learningRate: losses compare only where the rate has decayed"
              .formatted(training.finalLearningRate(), DECAYED * training.learningRate()));
    }
  }

  private static boolean same(Family a, Family b, StudySpec study) {
    int vocabulary = study.experiment().corpus().vocabularySize();
    boolean oneCode =
        a.ell() == 1 && a.base() == b.base() && Codes.count(a.base(), 1) == vocabulary;
    return a.attention() == b.attention()
        && a.ell() == b.ell()
        && a.base() == b.base()
        && (a.order() == b.order() || oneCode)
        && Objects.equals(a.codes(), b.codes())
        && a.head() == b.head()
        && (a.objective() == b.objective() || a.ell() == 1);
  }

  private static void checkSizes(StudySpec study) {
    if (study.sizes().isEmpty()) {
      throw new BadInput("sizes: none, expected at least one");
    }
    Set<String> names = new HashSet<>();
    for (int i = 0; i < study.sizes().size(); i++) {
      Size size = study.sizes().get(i);
      String where = "sizes[" + i + "]";
      if (size.name() == null || !size.name().matches("[A-Za-z0-9][A-Za-z0-9._-]{0,19}")) {
        throw new BadInput(
            "%s.name: \"%s\", expected up to 20 letters, digits, dots, dashes"
                .formatted(where, size.name()));
      }
      if (!names.add(size.name())) {
        throw new BadInput("%s.name: \"%s\" appears twice".formatted(where, size.name()));
      }
      try {
        SpecReader.requirePossible(size.shape(study.experiment().model().length()));
      } catch (BadInput e) {
        throw new BadInput("%s (%s): %s".formatted(where, size.name(), e.getMessage()));
      }
    }
  }

  private static void checkRates(StudySpec study) {
    LearningRates rates = study.learningRate();
    if (rates.rates().isEmpty() || rates.rates().size() > 8) {
      throw new BadInput(
          "learningRate.rates: %s, expected one to eight rates".formatted(rates.rates()));
    }
    for (int i = 0; i < rates.rates().size(); i++) {
      double rate = rates.rates().get(i);
      double above = i == 0 ? 0 : rates.rates().get(i - 1);
      if (!(rate > above && rate <= 10)) {
        throw new BadInput(
            "learningRate.rates: %s, expected ascending numbers up to 10".formatted(rates.rates()));
      }
    }
    if (rates.atWidth() < 1 || !(Math.abs(rates.power()) <= 4)) {
      throw new BadInput(
          "learningRate: atWidth %d and power %s, expected a width of at least 1 and a power between -4 and 4"
              .formatted(rates.atWidth(), rates.power()));
    }
  }

  private static void checkBudgets(StudySpec study) {
    if (study.budgets().isEmpty()) {
      throw new BadInput("budgets: none, expected at least one compute budget in FLOPs");
    }
    double before = 0;
    for (int i = 0; i < study.budgets().size(); i++) {
      Budget budget = study.budgets().get(i);
      String where = "budgets[" + i + "]";
      if (!(budget.flops() >= 1e6 && budget.flops() <= 1e30)) {
        throw new BadInput(
            "%s.flops: %s, expected FLOPs between 1e6 and 1e30".formatted(where, budget.flops()));
      }
      if (budget.flops() <= before) {
        throw new BadInput(
            "%s.flops: %s after %s, expected ascending budgets"
                .formatted(where, budget.flops(), before));
      }
      before = budget.flops();
      for (Family family : study.experiment().families()) {
        checkFit(study, family, budget, where);
      }
    }
  }

  private static void checkFit(StudySpec study, Family family, Budget budget, String where) {
    List<String> named = budget.sizes();
    if (named == null) {
      int fitting = Ladder.fitting(study, family, budget.flops()).size();
      if (fitting < 3) {
        throw new BadInput(
            "%s: at %s FLOPs %d of the sizes can be trained for %d steps of %,d tokens as %s, expected three or more; a larger budget, a smaller batch or smaller sizes would do"
                .formatted(
                    where,
                    StudyWords.flops(budget.flops()),
                    fitting,
                    Ladder.LEAST_STEPS,
                    study.tokensPerStep(),
                    family.name()));
      }
      return;
    }
    if (named.isEmpty()) {
      throw new BadInput(where + ".sizes: none, expected names of sizes, or no such key");
    }
    List<String> known = study.sizes().stream().map(Size::name).toList();
    for (String name : named) {
      if (!known.contains(name)) {
        throw new BadInput(
            "%s.sizes: \"%s\" is unknown%s".formatted(where, name, NearestName.hint(name, known)));
      }
      Size size = study.sizes().get(known.indexOf(name));
      long steps = StudyPoint.steps(study, family, size, budget.flops());
      if (steps < Ladder.LEAST_STEPS) {
        throw new BadInput(
            "%s.sizes: %s does not fit the budget: %s FLOPs pay for %d steps of %,d tokens as %s, expected at least %d"
                .formatted(
                    where,
                    name,
                    StudyWords.flops(budget.flops()),
                    steps,
                    study.tokensPerStep(),
                    family.name(),
                    Ladder.LEAST_STEPS));
      }
    }
  }
}
