package dev.primeline.activities.batches;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.primeline.activities.tokens.TokenArray;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.Family;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrainingBatchesTest {

  private static final int LENGTH = 10;
  private static final int BATCH = 6;

  /** 100 windows and a tail of 3; every token tells its place. */
  private final TokenArray places = TokenArray.counting(1003, 1003);

  @Test
  void seekingGivesWhatGoingThroughGives() {
    TrainingBatches sequential = batches(Families.SHUFFLED, 42);
    List<Batch> passed = new ArrayList<>();
    for (long step = 0; step < 40; step++) {
      passed.add(sequential.at(step));
    }
    for (int step : new int[] {39, 0, 17}) {
      assertSame(batches(Families.SHUFFLED, 42).at(step), passed.get(step));
    }
  }

  @Test
  void epochSeesEveryWindowOnceAndTheNextInAnotherOrder() {
    List<Integer> starts = starts(Families.MDM, 0, 50);
    List<Integer> first = starts.subList(0, 100);
    List<Integer> second = starts.subList(100, 200);
    List<Integer> all = IntStream.range(0, 100).map(w -> w * LENGTH).boxed().toList();
    assertThat(first).containsExactlyInAnyOrderElementsOf(all).isNotEqualTo(all);
    assertThat(second).containsExactlyInAnyOrderElementsOf(all).isNotEqualTo(first);
  }

  @Test
  void rowIsTheSeparatorAndConsecutiveTokens() {
    Batch batch = batches(Families.MDM, 42).at(3);
    assertThat(batch.sequences()).isEqualTo(BATCH);
    assertThat(batch.length()).isEqualTo(LENGTH);
    for (int b = 0; b < BATCH; b++) {
      int[] row = row(batch.tokens(), b, LENGTH + 1);
      assertThat(row[0]).isEqualTo(5000);
      assertThat(Arrays.copyOfRange(row, 1, LENGTH + 1))
          .isEqualTo(IntStream.range(row[1], row[1] + LENGTH).toArray());
    }
  }

  @Test
  void everyFamilySeesTheSameTokens() {
    int[] tokens = batches(Families.ARM, 42).at(21).tokens();
    for (Family family : List.of(Families.MDM, Families.PRIME, Families.SHUFFLED)) {
      assertThat(batches(family, 42).at(21).tokens()).isEqualTo(tokens);
    }
  }

  @Test
  void familiesOfEqualEllShareTheirMasks() {
    assertSame(batches(Families.BINARY, 42).at(9), batches(Families.SHUFFLED, 42).at(9));
    assertThat(batches(Families.PRIME, 42).at(9).masks())
        .isNotEqualTo(batches(Families.SHUFFLED, 42).at(9).masks());
  }

  @Test
  void seedsChangeOrderAndMasks() {
    Batch one = batches(Families.SHUFFLED, 42).at(9);
    Batch other = batches(Families.SHUFFLED, 43).at(9);
    assertThat(other.tokens()).isNotEqualTo(one.tokens());
    assertThat(other.masks()).isNotEqualTo(one.masks());
  }

  @Test
  void sameWindowIsMaskedAnewInTheNextEpoch() {
    TrainingBatches single =
        new TrainingBatches(TokenArray.counting(10, 16), 15, LENGTH, Families.SHUFFLED, 1, 42);
    assertThat(single.windows()).isEqualTo(1);
    assertThat(single.at(0).tokens()).isEqualTo(single.at(1).tokens());
    assertThat(single.at(0).masks()).isNotEqualTo(single.at(1).masks());
  }

  @Test
  void countsAreStratifiedOverTheBatchAndWeightedByTheirInverse() {
    int n = LENGTH * 4;
    for (long step = 0; step < 30; step++) {
      Batch batch = batches(Families.SHUFFLED, 42).at(step);
      for (int b = 0; b < BATCH; b++) {
        int m = Arrays.stream(row(batch.masks(), b, LENGTH)).map(Integer::bitCount).sum();
        assertThat(m).isBetween(1 + n * b / BATCH, 1 + n * (b + 1) / BATCH);
        assertThat(batch.weights()[b]).isEqualTo((float) n / m);
      }
    }
  }

  @Test
  void armScoresEveryTokenWithWeightOne() {
    Batch batch = batches(Families.ARM, 42).at(4);
    assertThat(batch.masks()).containsOnly(1);
    assertThat(batch.weights()).containsOnly(1f);
  }

  /** The expected values come from an independent implementation in another language. */
  @Test
  void batchIsTheSameOnEveryMachine() {
    TrainingBatches batches =
        new TrainingBatches(
            TokenArray.counting(1003, 15), 15, LENGTH, Families.SHUFFLED, BATCH, 42);
    Batch batch = batches.at(37);
    assertThat(Families.hash(batch.tokens())).isEqualTo("8065aa5270f07acf");
    assertThat(Families.hash(batch.masks())).isEqualTo("36247194a940faa0");
  }

  @Test
  void farStepsCostNoMore() {
    Batch far = batches(Families.SHUFFLED, 42).at(1L << 59);
    assertThat(far.sequences()).isEqualTo(BATCH);
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> batches(Families.SHUFFLED, 42).at(-1));
  }

  @Test
  void textShorterThanAWindowIsRefused() {
    TokenArray nine = TokenArray.counting(9, 16);
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> new TrainingBatches(nine, 15, LENGTH, Families.MDM, 2, 1))
        .withMessage("the training text has 9 tokens, expected at least one window of 10");
  }

  private TrainingBatches batches(Family family, long seed) {
    return new TrainingBatches(places, 5000, LENGTH, family, BATCH, seed);
  }

  private List<Integer> starts(Family family, long from, long to) {
    List<Integer> starts = new ArrayList<>();
    for (long step = from; step < to; step++) {
      int[] tokens = batches(family, 42).at(step).tokens();
      for (int b = 0; b < BATCH; b++) {
        starts.add(tokens[b * (LENGTH + 1) + 1]);
      }
    }
    return starts;
  }

  private static int[] row(int[] values, int row, int width) {
    return Arrays.copyOfRange(values, row * width, (row + 1) * width);
  }

  private static void assertSame(Batch actual, Batch expected) {
    assertThat(actual.tokens()).isEqualTo(expected.tokens());
    assertThat(actual.masks()).isEqualTo(expected.masks());
    assertThat(actual.weights()).isEqualTo(expected.weights());
  }
}
