package dev.primeline.activities.scaling;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Families at one budget, each at the best of its sizes, over seeds.
 *
 * <p>Differences are widened for their number (Bonferroni), so that all intervals of a study hold
 * together with 95 %.
 *
 * @param flops the budget
 * @param standings by mean, lowest first
 * @param differences of each family against each reference
 */
record EqualCompute(double flops, List<Standing> standings, List<Difference> differences) {

  /**
   * A family at its best size.
   *
   * @param family its name
   * @param parameters of that size
   * @param seeds how many
   * @param nats mean over them
   */
  record Standing(String family, double parameters, int seeds, double nats) {}

  /**
   * A family against a reference.
   *
   * @param family its name
   * @param reference the other's
   * @param nats family minus reference: below 0 where the family is better
   * @param interval of it; null where no size has two seeds
   */
  record Difference(String family, String reference, double nats, @Nullable Interval interval) {

    boolean shown() {
      return interval != null && !interval.contains(0);
    }
  }

  static List<EqualCompute> of(List<IsoFlopPoint> points, Noise noise) {
    List<String> families = points.stream().map(IsoFlopPoint::family).distinct().toList();
    List<String> references = references(families);
    TreeMap<Double, List<IsoFlopPoint>> budgets = new TreeMap<>();
    points.forEach(
        point -> budgets.computeIfAbsent(point.flops(), c -> new ArrayList<>()).add(point));
    int comparisons = Math.max(1, budgets.size() * references.size() * (families.size() - 1));
    List<EqualCompute> all = new ArrayList<>();
    budgets.forEach(
        (flops, at) -> {
          List<Standing> standings =
              families.stream()
                  .flatMap(family -> best(family, at))
                  .sorted(Comparator.comparingDouble(Standing::nats))
                  .toList();
          List<Difference> differences = new ArrayList<>();
          for (String reference : references) {
            for (Standing standing : standings) {
              standings.stream()
                  .filter(other -> other.family().equals(reference))
                  .filter(
                      other -> families.indexOf(reference) < families.indexOf(standing.family()))
                  .map(other -> difference(standing, other, noise, comparisons))
                  .forEach(differences::add);
            }
          }
          all.add(new EqualCompute(flops, standings, differences));
        });
    return all;
  }

  /** ARM and MDM where they are, else the first. */
  private static List<String> references(List<String> families) {
    List<String> named =
        families.stream().filter(name -> name.equals("arm") || name.equals("mdm")).toList();
    return named.isEmpty() ? families.subList(0, 1) : named;
  }

  private static Map<Double, List<Double>> bySize(String family, List<IsoFlopPoint> points) {
    return points.stream()
        .filter(point -> point.family().equals(family))
        .collect(
            Collectors.groupingBy(
                IsoFlopPoint::parameters,
                LinkedHashMap::new,
                Collectors.mapping(IsoFlopPoint::nats, Collectors.toList())));
  }

  private static Stream<Standing> best(String family, List<IsoFlopPoint> at) {
    return bySize(family, at).entrySet().stream()
        .map(
            size ->
                new Standing(family, size.getKey(), size.getValue().size(), mean(size.getValue())))
        .min(Comparator.comparingDouble(Standing::nats))
        .stream();
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
  }

  private static Difference difference(Standing one, Standing other, Noise noise, int comparisons) {
    double nats = one.nats() - other.nats();
    return new Difference(
        one.family(),
        other.family(),
        nats,
        noise.around(nats, 1.0 / one.seeds() + 1.0 / other.seeds(), comparisons));
  }
}
