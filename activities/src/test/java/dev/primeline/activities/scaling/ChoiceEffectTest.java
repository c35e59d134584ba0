package dev.primeline.activities.scaling;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.primeline.workflows.experiment.Attention;
import dev.primeline.workflows.experiment.CodeOrder;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.Head;
import dev.primeline.workflows.experiment.Objective;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class ChoiceEffectTest {

  private static final List<CodeOrder> ORDERS =
      List.of(CodeOrder.INDEX, CodeOrder.SHUFFLED, CodeOrder.DISTRIBUTIONAL);

  /** Three orders, two heads and a lone family with another objective, beside MDM. */
  private static List<Family> families() {
    List<Family> families = new ArrayList<>();
    families.add(family("mdm", 1, CodeOrder.INDEX, Head.TOKEN, Objective.BOUND));
    for (int ell : new int[] {2, 3}) {
      for (CodeOrder order : ORDERS) {
        for (Head head : Head.values()) {
          families.add(
              family("%d-%s-%s".formatted(ell, order, head), ell, order, head, Objective.BOUND));
        }
      }
    }
    families.add(family("lone", 2, CodeOrder.INDEX, Head.TOKEN, Objective.JOINT));
    return families;
  }

  private static Family family(
      String name, int ell, CodeOrder order, Head head, Objective objective) {
    return new Family(name, Attention.FULL, ell, 8, order, head, objective);
  }

  private static ScalingAnalysis analysis(Random random, int seeds, ToDoubleFunction<Family> nats) {
    List<IsoFlopPoint> points = new ArrayList<>();
    for (Family family : families()) {
      for (int seed = 0; seed < seeds; seed++) {
        double drawn = nats.applyAsDouble(family) + 0.03 * random.nextGaussian();
        points.add(new IsoFlopPoint(family.name(), 1e12, 1e5, 1e6, drawn, null));
      }
    }
    return ScalingAnalysis.of(points, families());
  }

  @Test
  void anAverageOverPairsShowsWhatNoPairShows() {
    ScalingAnalysis analysis =
        analysis(
            new Random(3),
            3,
            family ->
                3
                    + 0.1 * family.ell()
                    - (family.order() == CodeOrder.DISTRIBUTIONAL ? 0.08 : 0)
                    - (family.name().equals("mdm") ? 1 : 0));
    ChoiceEffect better =
        analysis.choices().stream()
            .filter(e -> e.value().equals("distributional") && e.reference().equals("shuffled"))
            .findAny()
            .orElseThrow();
    assertThat(better.pairs()).isEqualTo(4);
    assertThat(better.shown()).isTrue();
    assertThat(requireNonNull(better.interval()).contains(-0.08)).isTrue();
    assertThat(analysis.choices())
        .as("ell 3 against 2, three pairs of orders, the heads; one pair of objectives is too few")
        .extracting(ChoiceEffect::choice)
        .containsExactly("ell", "code order", "code order", "code order", "head");
  }

  @Test
  void whereNothingMattersNothingIsShownButInOneStudyOfTwenty() {
    Random random = new Random(5);
    int alarmed = 0;
    for (int study = 0; study < 400; study++) {
      alarmed +=
          analysis(random, 3, family -> 3).choices().stream().anyMatch(ChoiceEffect::shown) ? 1 : 0;
    }
    assertThat(alarmed).isBetween(3, 30);
  }

  @Test
  void whatIsTrueOfAllFamiliesIsSaidOnce() {
    assertThat(analysis(new Random(1), 1, family -> 3).warnings())
        .filteredOn(warning -> warning.contains("no parabola"))
        .containsExactly(
            "all 14 families: budget 1.00e+12: fewer than three sizes, so no parabola");
  }
}
