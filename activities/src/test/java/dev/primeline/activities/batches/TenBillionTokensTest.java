package dev.primeline.activities.batches;

import static org.assertj.core.api.Assertions.assertThat;

import dev.primeline.activities.tokens.TokenSequence;
import org.junit.jupiter.api.Test;

/** A corpus of which no file exists: every token is made when somebody asks for it. */
class TenBillionTokensTest {
  private static final long SIZE = 10_000_000_000L;
  private static final int LENGTH = 1024;
  private static final int BATCH = 512;

  private static final class Made implements TokenSequence {
    long asked;
    long largest;

    @Override
    public long size() {
      return SIZE;
    }

    @Override
    public int at(long index) {
      asked++;
      largest = Math.max(largest, index);
      return (int) (index % 15);
    }

    @Override
    public void copy(long index, int[] target, int offset, int count) {
      for (int i = 0; i < count; i++) {
        target[offset + i] = at(index + i);
      }
    }

    @Override
    public int documents() {
      return 1;
    }

    @Override
    public long documentStart(int document) {
      return document == 0 ? 0 : SIZE;
    }
  }

  @Test
  void anyStepReadsItsOwnTokensAlone() {
    Made tokens = new Made();
    TrainingBatches batches = new TrainingBatches(tokens, 15, LENGTH, Families.SHUFFLED, BATCH, 3);
    assertThat(batches.windows()).isEqualTo(SIZE / LENGTH);
    long largest = 0;
    for (long step : new long[] {0, 1, 19_073, 19_074, 1_000_000, 1_000_000_000_000L}) {
      tokens.asked = 0;
      Batch batch = batches.at(step);
      assertThat(tokens.asked).as("step %d", step).isEqualTo((long) BATCH * LENGTH);
      assertThat(batch.tokens()).hasSize(BATCH * (LENGTH + 1));
      largest = Math.max(largest, tokens.largest);
    }
    // Beyond what an int holds, and within the corpus.
    assertThat(largest).isBetween(SIZE - SIZE / 100, SIZE - 1);
  }
}
