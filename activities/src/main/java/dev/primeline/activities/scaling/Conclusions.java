package dev.primeline.activities.scaling;

import dev.primeline.activities.scaling.EqualCompute.Difference;
import dev.primeline.workflows.experiment.ExperimentSpec;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.scaling.PointOutcome;
import dev.primeline.workflows.scaling.StudyReportRequest;
import dev.primeline.workflows.scaling.StudySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What may and may not be concluded from a study, in words. */
final class Conclusions {

  /** More than these are in the table alone. */
  private static final int MOST_NAMED = 12;

  private Conclusions() {}

  static List<String> of(StudyReportRequest request, ScalingAnalysis analysis) {
    List<String> sentences = new ArrayList<>();
    sentences.add(extent(request));
    sentences.add(standing(analysis));
    choices(analysis, sentences);
    multipliers(analysis, sentences);
    growth(analysis, sentences);
    sentences.addAll(limits(request));
    List<String> warnings = analysis.warnings();
    if (!warnings.isEmpty()) {
      sentences.add("Not identified: " + String.join("; ", warnings) + ".");
    }
    return sentences;
  }

  private static String extent(StudyReportRequest request) {
    List<PointOutcome> points = request.points();
    double least = points.stream().mapToDouble(p -> p.point().flops()).min().orElse(0);
    double most = points.stream().mapToDouble(p -> p.point().flops()).max().orElse(0);
    String failed =
        request.failed().isEmpty() ? "" : ", %d failed".formatted(request.failed().size());
    long alarmed = points.stream().filter(PointOutcome::alarmed).count();
    return "%d trainings of %d families, %s FLOPs each%s%s%s."
        .formatted(
            points.size(),
            request.spec().experiment().families().size(),
            least == most ? flops(most) : flops(least) + " to " + flops(most),
            failed,
            alarmed == 0 ? "" : ", %d left out because an alarm fired".formatted(alarmed),
            request.whole() ? "" : "; the study was ended before all of its points were begun");
  }

  private static String standing(ScalingAnalysis analysis) {
    List<EqualCompute> budgets = analysis.equalCompute();
    EqualCompute last = budgets.get(budgets.size() - 1);
    List<String> parts = new ArrayList<>();
    for (String reference :
        last.differences().stream().map(Difference::reference).distinct().toList()) {
      List<Difference> against =
          last.differences().stream().filter(d -> d.reference().equals(reference)).toList();
      parts.add("against " + reference + " " + verdicts(against));
    }
    return parts.isEmpty()
        ? "With one family at %s FLOPs there is nothing to compare.".formatted(flops(last.flops()))
        : "At %s FLOPs: %s.".formatted(flops(last.flops()), String.join("; ", parts));
  }

  /** Better, worse, neither; or that one seed says nothing. */
  private static String verdicts(List<Difference> against) {
    List<String> said = new ArrayList<>();
    add(said, "better", against.stream().filter(d -> d.shown() && d.nats() < 0).toList());
    add(said, "worse", against.stream().filter(d -> d.shown() && d.nats() >= 0).toList());
    add(
        said,
        "not shown to differ",
        against.stream().filter(d -> d.interval() != null && !d.shown()).toList());
    add(
        said,
        "not judged, for one seed does not say how much is chance:",
        against.stream().filter(d -> d.interval() == null).toList());
    return String.join(", ", said);
  }

  private static void add(List<String> said, String verdict, List<Difference> differences) {
    if (differences.size() > MOST_NAMED) {
      said.add("%s are %d families".formatted(verdict, differences.size()));
    } else if (!differences.isEmpty()) {
      said.add(
          verdict
              + " "
              + differences.stream().map(Conclusions::named).collect(Collectors.joining(", ")));
    }
  }

  private static String named(Difference difference) {
    Interval interval = difference.interval();
    return interval == null
        ? String.format(Locale.ROOT, "%s %+.4f", difference.family(), difference.nats())
        : String.format(
            Locale.ROOT,
            "%s by %+.4f nats (%+.4f to %+.4f)",
            difference.family(),
            difference.nats(),
            interval.low(),
            interval.high());
  }

  private static void choices(ScalingAnalysis analysis, List<String> sentences) {
    for (EqualCompute budget : analysis.equalCompute()) {
      List<ChoiceEffect> effects =
          analysis.choices().stream().filter(e -> e.flops() == budget.flops()).toList();
      List<String> shown =
          effects.stream().filter(ChoiceEffect::shown).map(Conclusions::named).toList();
      List<String> open =
          effects.stream()
              .filter(effect -> !effect.shown())
              .map(e -> "%s %s and %s".formatted(e.choice(), e.value(), e.reference()))
              .toList();
      if (!effects.isEmpty()) {
        sentences.add(
            "Choices at %s FLOPs, each averaged over the families that differ in nothing else: %s%s."
                .formatted(
                    flops(budget.flops()),
                    shown.isEmpty() ? "no difference is shown" : String.join("; ", shown),
                    open.isEmpty() ? "" : "; not shown to differ: " + String.join(", ", open)));
      }
    }
  }

  private static String named(ChoiceEffect effect) {
    return String.format(
        Locale.ROOT,
        "%s %s is %s than %s by %.3f nats",
        effect.choice(),
        effect.value(),
        effect.nats() < 0 ? "better" : "worse",
        effect.reference(),
        Math.abs(effect.nats()));
  }

  private static void multipliers(ScalingAnalysis analysis, List<String> sentences) {
    for (ComputeMultiplier m : analysis.multipliers()) {
      Double times = m.multiplier();
      if (times != null) {
        Interval interval = m.interval();
        sentences.add(
            String.format(
                Locale.ROOT,
                "For the %.4f nats that %s reaches with %s FLOPs, %s needs %.2f times the compute%s.",
                m.nats(),
                m.reference(),
                flops(m.referenceFlops()),
                m.family(),
                times,
                interval == null
                    ? ", without an interval"
                    : String.format(
                        Locale.ROOT, " (%.2f to %.2f)", interval.low(), interval.high())));
      }
    }
    long unreached = analysis.multipliers().stream().filter(m -> m.multiplier() == null).count();
    if (unreached > 0) {
      sentences.add(
          "%d of %d losses are outside what the other family's budgets reach: no multiplier is extrapolated."
              .formatted(unreached, analysis.multipliers().size()));
    }
  }

  private static void growth(ScalingAnalysis analysis, List<String> sentences) {
    for (FamilyScaling family : analysis.families()) {
      PowerLaw size = family.size();
      if (size != null) {
        Interval interval = size.interval();
        sentences.add(
            String.format(
                Locale.ROOT,
                "The best size of %s grows as C^%.2f%s over these budgets.",
                family.family(),
                size.exponent(),
                interval == null
                    ? " (no interval)"
                    : String.format(
                        Locale.ROOT, " (%.2f to %.2f)", interval.low(), interval.high())));
      }
    }
  }

  private static List<String> limits(StudyReportRequest request) {
    StudySpec spec = request.spec();
    ExperimentSpec experiment = spec.experiment();
    List<String> limits = new ArrayList<>();
    if (experiment.families().stream().anyMatch(family -> !family.autoregressive())) {
      limits.add(
          "Scores of masked families are upper bounds of the negative log-likelihood: a higher bound than ARM's exact value does not show that the likelihood is worse.");
    }
    limits.add(
        "All of it holds for this text, these shapes and these schedules within the budgets measured; nothing is said beyond them.");
    limits.add(
        spec.learningRate().rates().size() == 1
            ? "Every size had one learning rate, by a rule on its width: a family or size for which the rule is wrong looks worse than it is."
            : "Learning rates were chosen among %d per size by the held-out score of the first seed, which flatters each size a little."
                .formatted(spec.learningRate().rates().size()));
    if (spec.seeds().size() == 1) {
      limits.add(
          "One seed: run-to-run noise is told only by how far points lie off the parabolas.");
    }
    double epochs =
        request.points().stream().mapToLong(PointOutcome::tokens).max().orElse(0)
            / (double) request.corpus().trainTokens();
    if (epochs > 1) {
      limits.add(
          String.format(
              Locale.ROOT,
              "The longest trainings read the text %.1f times: their tokens are not fresh, and D counts repetitions.",
              epochs));
    }
    if (experiment.families().stream().map(Family::ell).distinct().count() > 1) {
      limits.add(
          "Families with other digits have other heads and embeddings, so equal compute means unequal parameters and tokens; FLOPs count body, attention and head as the plan states.");
    }
    return limits;
  }

  /** Such as 5e11. */
  static String flops(double flops) {
    return String.format(Locale.ROOT, "%.3g", flops).replaceAll("\\.?0*e\\+?", "e");
  }
}
