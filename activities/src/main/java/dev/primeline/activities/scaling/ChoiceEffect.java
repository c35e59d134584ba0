package dev.primeline.activities.scaling;

import dev.primeline.activities.scaling.EqualCompute.Standing;
import dev.primeline.workflows.experiment.Family;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One value of a choice against another, averaged over the pairs of families that differ in nothing
 * else. An average over many pairs tells more than any of them.
 *
 * @param flops the budget
 * @param choice such as {@code code order}
 * @param value one of it
 * @param reference another of it
 * @param pairs of families
 * @param nats mean of value minus reference: below 0 where the value is better
 * @param interval of it, all of a study together with 95 %; null where no size has two seeds
 */
record ChoiceEffect(
    double flops,
    String choice,
    String value,
    String reference,
    int pairs,
    double nats,
    @Nullable Interval interval) {

  /** Of a single pair the table of differences tells. */
  private static final int FEWEST_PAIRS = 2;

  private enum Choice {
    ELL("ell", family -> Integer.toString(family.ell())),
    ORDER("code order", family -> word(family.order())),
    HEAD("head", family -> word(family.head())),
    OBJECTIVE("objective", family -> word(family.objective()));

    private final String label;

    @SuppressWarnings("ImmutableEnumChecker") // A method of a record, which has no state.
    private final Function<Family, String> value;

    Choice(String label, Function<Family, String> value) {
      this.label = label;
      this.value = value;
    }

    String of(Family family) {
      return value.apply(family);
    }

    /** What a family is in everything else. */
    List<String> others(Family family) {
      return Stream.of(values()).filter(choice -> choice != this).map(c -> c.of(family)).toList();
    }

    /** As specifications spell it. */
    private static String word(Enum<?> value) {
      return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  private record Pair(Standing one, Standing other) {}

  private record Compared(
      double flops, Choice choice, String value, String reference, List<Pair> pairs) {}

  /** Whether zero lies outside of the interval. */
  boolean shown() {
    return interval != null && !interval.contains(0);
  }

  /** Of masked families with digits; ARM and MDM have no such choices. */
  static List<ChoiceEffect> of(List<Family> families, List<EqualCompute> budgets, Noise noise) {
    List<Family> varied = families.stream().filter(family -> family.ell() > 1).toList();
    List<Compared> compared = new ArrayList<>();
    for (EqualCompute budget : budgets) {
      for (Choice choice : Choice.values()) {
        List<String> values = varied.stream().map(choice::of).distinct().toList();
        for (int i = 1; i < values.size(); i++) {
          for (int j = 0; j < i; j++) {
            List<Pair> pairs = pairs(varied, budget, choice, values.get(i), values.get(j));
            if (pairs.size() >= FEWEST_PAIRS) {
              compared.add(
                  new Compared(budget.flops(), choice, values.get(i), values.get(j), pairs));
            }
          }
        }
      }
    }
    return compared.stream().map(one -> effect(one, noise, compared.size())).toList();
  }

  private static List<Pair> pairs(
      List<Family> families, EqualCompute budget, Choice choice, String value, String reference) {
    Map<String, Standing> standings = new HashMap<>();
    budget.standings().forEach(standing -> standings.put(standing.family(), standing));
    Map<List<String>, Standing> references = new HashMap<>();
    for (Family family : families) {
      Standing standing = standings.get(family.name());
      if (standing != null && choice.of(family).equals(reference)) {
        references.put(choice.others(family), standing);
      }
    }
    List<Pair> pairs = new ArrayList<>();
    for (Family family : families) {
      Standing one = standings.get(family.name());
      Standing other = references.get(choice.others(family));
      if (one != null && other != null && choice.of(family).equals(value)) {
        pairs.add(new Pair(one, other));
      }
    }
    return pairs;
  }

  private static ChoiceEffect effect(Compared compared, Noise noise, int comparisons) {
    List<Pair> pairs = compared.pairs();
    double nats = 0;
    double variance = 0;
    for (Pair pair : pairs) {
      nats += (pair.one().nats() - pair.other().nats()) / pairs.size();
      variance +=
          (1.0 / pair.one().seeds() + 1.0 / pair.other().seeds()) / pairs.size() / pairs.size();
    }
    return new ChoiceEffect(
        compared.flops(),
        compared.choice().label,
        compared.value(),
        compared.reference(),
        pairs.size(),
        nats,
        noise.around(nats, variance, comparisons));
  }
}
