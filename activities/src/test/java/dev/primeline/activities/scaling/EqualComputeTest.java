package dev.primeline.activities.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EqualComputeTest {

  private static List<IsoFlopPoint> points(Random random, int variants, int seeds, double better) {
    List<IsoFlopPoint> points = new ArrayList<>();
    for (int family = 0; family < variants; family++) {
      for (int seed = 0; seed < seeds; seed++) {
        double nats = 3 + 0.01 * random.nextGaussian() - (family == 1 ? better : 0);
        points.add(
            new IsoFlopPoint(family == 0 ? "mdm" : "v" + family, 1e12, 1e5, 1e6, nats, null));
      }
    }
    return points;
  }

  private static EqualCompute compared(List<IsoFlopPoint> points) {
    return EqualCompute.of(points, Noise.of(points)).get(0);
  }

  @Test
  void ofEqualFamiliesNoneIsSaidToDifferButInOneStudyOfTwenty() {
    Random random = new Random(7);
    int alarmed = 0;
    for (int study = 0; study < 400; study++) {
      boolean any =
          compared(points(random, 20, 3, 0)).differences().stream()
              .anyMatch(EqualCompute.Difference::shown);
      alarmed += any ? 1 : 0;
    }
    // 20 at most expected, and fewer, because all differences share one reference.
    assertThat(alarmed).isBetween(3, 30);
  }

  @Test
  void aDifferenceOfManyErrorsIsShown() {
    EqualCompute compared = compared(points(new Random(8), 20, 3, 0.2));
    assertThat(compared.standings().get(0).family()).isEqualTo("v1");
    assertThat(compared.differences())
        .filteredOn(EqualCompute.Difference::shown)
        .extracting(EqualCompute.Difference::family)
        .containsExactly("v1");
  }

  @Test
  void oneSeedGivesADifferenceWithoutAnInterval() {
    assertThat(compared(points(new Random(9), 2, 1, 0.2)).differences())
        .singleElement()
        .satisfies(difference -> assertThat(difference.interval()).isNull());
  }
}
