package dev.primeline.activities.generation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AutoregressiveSamplerTest {

  /** Says that after token v comes v + 1, modulo five. */
  private static float[] next(int[] read) {
    float[] logits = new float[5];
    logits[(read[read.length - 1] + 1) % 5] = 100;
    return logits;
  }

  @Test
  void eachTokenIsReadOnceAndTheTextGrowsToTheRight() {
    List<int[]> reads = new ArrayList<>();
    List<Integer> masked = new ArrayList<>();
    Canvas canvas = Canvas.of(4, new int[] {1, 2}, 3, new int[0], 1);
    new AutoregressiveSampler(new SamplingSettings(1, 1, 1, RevealOrder.RANDOM, 1))
        .fill(
            canvas,
            read -> {
              reads.add(read);
              return next(read);
            },
            0,
            each -> masked.add(each.masked()));
    assertThat(canvas.tokens()).containsExactly(1, 2, 3, 4, 0);
    assertThat(masked).containsExactly(2, 1, 0);
    assertThat(reads).containsExactly(new int[] {4, 1, 2}, new int[] {3}, new int[] {4});
  }

  @Test
  void samplesOfOneSeedDiffer() {
    SamplingSettings settings = new SamplingSettings(1, 1, 1, RevealOrder.RANDOM, 1);
    List<int[]> texts = new ArrayList<>();
    for (int sample : new int[] {0, 1, 0}) {
      Canvas canvas = Canvas.of(4, new int[0], 20, new int[0], 1);
      new AutoregressiveSampler(settings).fill(canvas, read -> new float[5], sample, each -> {});
      texts.add(canvas.tokens());
    }
    assertThat(texts.get(0)).isEqualTo(texts.get(2)).isNotEqualTo(texts.get(1));
  }
}
