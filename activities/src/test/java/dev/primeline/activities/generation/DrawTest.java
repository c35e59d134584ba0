package dev.primeline.activities.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.primeline.workflows.experiment.BadInput;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DrawTest {
  private static final double[] LOGITS = {
    Math.log(0.3), Double.NEGATIVE_INFINITY, Math.log(0.5), Math.log(0.2)
  };

  /** How often each value comes out for 1000 evenly spread u. */
  private static int[] counts(Draw draw) {
    int[] counts = new int[LOGITS.length];
    for (int k = 0; k < 1000; k++) {
      counts[draw.value(LOGITS, (k + 0.5) / 1000)]++;
    }
    return counts;
  }

  @Test
  void valuesComeInProportionToTheSoftmax() {
    assertThat(counts(new Draw(1, 1))).containsExactly(300, 0, 500, 200);
    assertThat(Arrays.stream(Draw.probabilities(LOGITS)).map(p -> Math.round(1000 * p)).toArray())
        .containsExactly(300, 0, 500, 200);
  }

  @Test
  void temperatureFlattensOrSharpens() {
    // Shares .09 : .25 : .04 at one half.
    assertThat(counts(new Draw(0.5, 1))).containsExactly(237, 0, 658, 105);
    assertThat(counts(new Draw(0, 1))).containsExactly(0, 0, 1000, 0);
  }

  @Test
  void topPKeepsTheFewestLikeliest() {
    assertThat(counts(new Draw(1, 0.49))).containsExactly(0, 0, 1000, 0);
    assertThat(counts(new Draw(1, 0.51))).containsExactly(375, 0, 625, 0);
    assertThat(counts(new Draw(1, 0.9))).containsExactly(300, 0, 500, 200);
  }

  @Test
  void logitsThatAreNoNumbersAreRefused() {
    assertThatThrownBy(() -> new Draw(1, 1).value(new double[] {0, Double.NaN, 1}, 0.5))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("NaN")
        .hasMessageContaining("diverged");
  }
}
