package dev.primeline.activities.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ScaleTest {

  private static List<String> labels(Scale scale) {
    return scale.ticks().stream().map(scale::label).toList();
  }

  @Test
  void roundedAxisEndsOnTicksOutsideItsValues() {
    Scale scale = Scale.fitting(1.09, 1.73, 300, 0, 6);

    assertThat(labels(scale)).containsExactly("1.0", "1.2", "1.4", "1.6", "1.8");
    assertThat(scale.at(1.0)).isCloseTo(300, within(1e-9));
    assertThat(scale.at(1.8)).isCloseTo(0, within(1e-9));
  }

  @Test
  void exactAxisKeepsItsEndsAndAbbreviatesLargeNumbers() {
    Scale scale = Scale.exact(0, 2_457_600, 50, 650, 6);

    assertThat(labels(scale)).containsExactly("0", "500k", "1M", "1.5M", "2M");
    assertThat(scale.at(2_457_600)).isEqualTo(650);
  }

  @Test
  void wideRangesAreLogarithmic() {
    Scale scale = Scale.fitting(0.9, 11, 300, 0, 6);

    assertThat(scale.kind()).isEqualTo(Scale.Kind.LOGARITHMIC);
    assertThat(labels(scale)).containsExactly("0.7", "1", "2", "3", "5", "7", "10", "20");
    assertThat(scale.at(Math.sqrt(0.7 * 20))).isCloseTo(150, within(1e-9));
  }

  @Test
  void axisOverManyPowersOfTenTicksThose() {
    assertThat(labels(Scale.fitting(1, 100_000, 300, 0, 6)))
        .containsExactly("1", "10", "100", "1k", "10k", "100k");
  }

  @Test
  void singleValueGetsRoomOnBothSides() {
    Scale scale = Scale.fitting(1.1, 1.1, 300, 0, 6);

    assertThat(scale.from()).isLessThan(1.1);
    assertThat(scale.to()).isGreaterThan(1.1);
    assertThat(scale.ticks()).hasSizeBetween(3, 9);
  }

  @Test
  void namesKeepTheirOrderAndDistanceInsideThePlot() {
    List<Double> places = EndLabels.spread(List.of(10.0, 12.0, 100.0, 299.0, 300.0), 0, 300);

    assertThat(places).isSorted().allMatch(place -> place >= 0 && place <= 300);
    for (int i = 1; i < places.size(); i++) {
      assertThat(places.get(i) - places.get(i - 1)).isGreaterThanOrEqualTo(EndLabels.APART - 1e-9);
    }
    assertThat(places.get(2)).isEqualTo(100.0);
  }
}
