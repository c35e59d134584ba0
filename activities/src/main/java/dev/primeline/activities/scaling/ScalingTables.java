package dev.primeline.activities.scaling;

import dev.primeline.activities.report.ComparisonPage.Rows;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An analysis as tables. */
public final class ScalingTables {

  private static final String NONE = "–";

  private ScalingTables() {}

  /**
   * Those that have rows of: standings, choices, differences, optima, growth, laws, multipliers.
   */
  public static List<Rows> of(ScalingAnalysis analysis) {
    return Stream.of(
            standings(analysis),
            choices(analysis),
            differences(analysis),
            optima(analysis),
            growth(analysis),
            laws(analysis),
            multipliers(analysis))
        .filter(table -> !table.rows().isEmpty())
        .toList();
  }

  private static Rows standings(ScalingAnalysis analysis) {
    List<List<String>> rows = new ArrayList<>();
    for (EqualCompute budget : analysis.equalCompute()) {
      for (EqualCompute.Standing standing : budget.standings()) {
        rows.add(
            List.of(
                standing.family(),
                short3(budget.flops()),
                short3(standing.parameters()),
                Integer.toString(standing.seeds()),
                fixed(standing.nats(), 4)));
      }
    }
    return new Rows(
        "At equal compute: each family's best measured size, mean over seeds",
        List.of("family", "FLOPs", "parameters", "seeds", "nats/token"),
        rows);
  }

  private static Rows choices(ScalingAnalysis analysis) {
    List<List<String>> rows = new ArrayList<>();
    for (ChoiceEffect effect : analysis.choices()) {
      rows.add(
          List.of(
              effect.choice(),
              effect.value(),
              effect.reference(),
              short3(effect.flops()),
              Integer.toString(effect.pairs()),
              fixed(effect.nats(), 4),
              between(effect.interval(), ScalingTables::fixed4),
              verdict(effect.shown(), effect.nats())));
    }
    return new Rows(
        "Choices, each averaged over the pairs of families that differ in nothing else; all intervals together hold with 95 %",
        List.of(
            "choice", "value", "reference", "FLOPs", "pairs", "nats/token", "interval", "value is"),
        rows);
  }

  private static String verdict(boolean shown, double nats) {
    return shown ? (nats < 0 ? "better" : "worse") : "not shown";
  }

  private static Rows differences(ScalingAnalysis analysis) {
    List<List<String>> rows = new ArrayList<>();
    for (EqualCompute budget : analysis.equalCompute()) {
      for (EqualCompute.Difference difference : budget.differences()) {
        rows.add(
            List.of(
                difference.family(),
                difference.reference(),
                short3(budget.flops()),
                fixed(difference.nats(), 4),
                between(difference.interval(), ScalingTables::fixed4),
                verdict(difference.shown(), difference.nats())));
      }
    }
    return new Rows(
        "Differences at equal compute, family minus reference; all intervals together hold with 95 %",
        List.of("family", "reference", "FLOPs", "nats/token", "interval", "difference"), rows);
  }

  private static Rows optima(ScalingAnalysis analysis) {
    List<List<String>> rows = new ArrayList<>();
    for (FamilyScaling family : analysis.families()) {
      for (FrontierPoint optimum : family.frontier().optima()) {
        rows.add(
            List.of(
                family.family(),
                short3(optimum.flops()),
                short3(optimum.parameters()),
                between(optimum.parametersInterval(), ScalingTables::short3),
                short3(optimum.tokens()),
                fixed(optimum.nats(), 4)));
      }
    }
    return new Rows(
        "Compute-optimal sizes: minima of the IsoFLOP parabolas",
        List.of("family", "FLOPs", "N*", "95 % of N*", "D*", "nats/token"),
        rows);
  }

  private static Rows growth(ScalingAnalysis analysis) {
    List<List<String>> rows = new ArrayList<>();
    for (FamilyScaling family : analysis.families()) {
      PowerLaw size = family.size();
      PowerLaw tokens = family.tokens();
      if (size != null && tokens != null) {
        rows.add(
            List.of(
                family.family(),
                fixed(size.exponent(), 3),
                between(size.interval(), ScalingTables::fixed3),
                fixed(tokens.exponent(), 3),
                between(tokens.interval(), ScalingTables::fixed3)));
      }
    }
    return new Rows(
        "Growth with compute along the parabolas' minima: N* ~ C^a, D* ~ C^b",
        List.of("family", "a", "95 % of a", "b", "95 % of b"),
        rows);
  }

  private static Rows laws(ScalingAnalysis analysis) {
    List<List<String>> rows = new ArrayList<>();
    for (FamilyScaling family : analysis.families()) {
      LawEstimate law = family.law();
      if (law != null) {
        rows.add(
            List.of(
                family.family(),
                Integer.toString(family.points().size()),
                fixed(law.law().e(), 3),
                short3(law.law().a()),
                short3(law.law().b()),
                fixed(law.law().alpha(), 3),
                between(law.alpha(), ScalingTables::fixed3),
                fixed(law.law().beta(), 3),
                between(law.beta(), ScalingTables::fixed3),
                fixed(law.law().sizeExponent(), 3),
                between(law.sizeExponent(), ScalingTables::fixed3)));
      }
    }
    return new Rows(
        "L(N, D) = E + A/N^alpha + B/D^beta over all points; a = beta / (alpha + beta)",
        List.of(
            "family",
            "points",
            "E",
            "A",
            "B",
            "alpha",
            "95 % of alpha",
            "beta",
            "95 % of beta",
            "a",
            "95 % of a"),
        rows);
  }

  private static Rows multipliers(ScalingAnalysis analysis) {
    List<List<String>> rows = new ArrayList<>();
    for (ComputeMultiplier multiplier : analysis.multipliers()) {
      Double times = multiplier.multiplier();
      rows.add(
          List.of(
              multiplier.family(),
              multiplier.reference(),
              short3(multiplier.referenceFlops()),
              fixed(multiplier.nats(), 4),
              times == null ? "not reached" : fixed(times, 2),
              between(multiplier.interval(), ScalingTables::fixed2)));
    }
    return new Rows(
        "Compute multipliers: FLOPs of the family over those of the reference at equal loss",
        List.of("family", "reference", "reference's FLOPs", "nats/token", "times", "95 % of it"),
        rows);
  }

  private interface Form {
    String of(double value);
  }

  private static String between(@Nullable Interval interval, Form form) {
    return interval == null ? NONE : form.of(interval.low()) + " to " + form.of(interval.high());
  }

  private static String fixed2(double value) {
    return fixed(value, 2);
  }

  private static String fixed4(double value) {
    return fixed(value, 4);
  }

  private static String fixed3(double value) {
    return fixed(value, 3);
  }

  private static String fixed(double value, int decimals) {
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }

  private static String short3(double value) {
    return Double.isInfinite(value) ? "∞" : String.format(Locale.ROOT, "%.2e", value);
  }
}
