package dev.primeline.activities.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.primeline.workflows.scaling.Place;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ParabolaTest {

  private static double[] x(int n) {
    double[] x = new double[n];
    for (int i = 0; i < n; i++) {
      x[i] = 14 + 0.5 * i;
    }
    return x;
  }

  private static double[] y(double[] x, double curvature, double minimum, double noise, Random r) {
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      double z = x[i] - minimum;
      y[i] = 3 + curvature * z * z + noise * r.nextGaussian();
    }
    return y;
  }

  private static Interval interval(Parabola parabola) {
    return Objects.requireNonNull(parabola.minimumInterval());
  }

  @Test
  void theMinimumIsFound() {
    double[] x = x(7);
    Parabola parabola = Parabola.of(x, y(x, 0.1, 15.2, 0, new Random(1)));
    assertThat(parabola.minimum()).isCloseTo(15.2, within(1e-9));
    assertThat(parabola.at(15.2)).isCloseTo(3, within(1e-9));
    assertThat(parabola.place()).isEqualTo(Place.INSIDE);
  }

  @Test
  void theIntervalHoldsTheTruthAsOftenAsItSays() {
    double[] x = x(7);
    Random random = new Random(2);
    int held = 0;
    for (int i = 0; i < 2000; i++) {
      if (interval(Parabola.of(x, y(x, 0.1, 15.2, 0.02, random))).contains(15.2)) {
        held++;
      }
    }
    // 1900 expected, standard deviation below 10.
    assertThat(held).isBetween(1860, 1940);
  }

  @Test
  void aMinimumBeyondTheSizesSaysOnWhichSide() {
    double[] x = x(5);
    assertThat(Parabola.of(x, y(x, 0.1, 12, 0, new Random(1))).place()).isEqualTo(Place.BELOW);
    assertThat(Parabola.of(x, y(x, 0.1, 19, 0, new Random(1))).place()).isEqualTo(Place.ABOVE);
    assertThat(Parabola.of(x, y(x, -0.1, 17, 0, new Random(1))).place()).isEqualTo(Place.BELOW);
  }

  @Test
  void noiseAloneGivesNoEndOfTheInterval() {
    double[] x = x(5);
    Interval interval = interval(Parabola.of(x, y(x, 0, 15, 1, new Random(5))));
    assertThat(interval.width()).isInfinite();
  }

  @Test
  void threePointsHaveNoInterval() {
    double[] x = x(3);
    assertThat(Parabola.of(x, y(x, 0.1, 14.4, 0, new Random(1))).minimumInterval()).isNull();
  }
}
