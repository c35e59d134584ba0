package dev.primeline.activities.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.primeline.activities.batches.Batch;
import dev.primeline.activities.model.StepResult;
import dev.primeline.workflows.experiment.Attention;
import dev.primeline.workflows.experiment.CodeOrder;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.Head;
import dev.primeline.workflows.experiment.Objective;
import java.util.List;
import org.junit.jupiter.api.Test;

class LossGuardTest {

  private static final LossGuard GUARD =
      new LossGuard(
          new Family(
              "prime-v2",
              Attention.FULL,
              4,
              2,
              CodeOrder.SHUFFLED,
              Head.TOKEN,
              Objective.BOUND)); // U = 4 log 2 = 2.77

  private static TrainingPast past(int steps, double loss) {
    TrainingPast past = TrainingPast.NONE;
    for (int i = 0; i < steps; i++) {
      past = past.after(loss);
    }
    return past;
  }

  /** Two sequences of ten tokens. */
  private static Batch batch(float heaviest) {
    return new Batch(2, 10, new int[22], new int[20], new float[] {1, heaviest});
  }

  private static boolean bad(TrainingPast past, float heaviest, double loss) {
    return GUARD.complaint(past, batch(heaviest), new StepResult(loss, 1, 0)).isPresent();
  }

  @Test
  void whatIsNotFiniteIsBadFromTheFirstStepOn() {
    assertThat(bad(TrainingPast.NONE, 1, Double.NaN)).isTrue();
    assertThat(bad(TrainingPast.NONE, 1, Double.POSITIVE_INFINITY)).isTrue();
    assertThat(bad(TrainingPast.NONE, 1, 1e9)).isFalse();
    assertThat(GUARD.complaint(TrainingPast.NONE, batch(1), new StepResult(1, Double.NaN, 0)))
        .contains("finite numbers");
  }

  @Test
  void aSpikeIsFarAboveTheMedianOfAFullMemory() {
    // 5 * 2 + 20 * 1 / 20
    assertThat(bad(past(64, 2), 1, 10.9)).isFalse();
    assertThat(bad(past(64, 2), 1, 11.1)).isTrue();
    assertThat(bad(past(63, 2), 1, 11.1)).isFalse();
  }

  @Test
  void aSequenceThatCountsMuchMayCostMuch() {
    // 5 * 2 + 20 * 40 / 20
    assertThat(bad(past(64, 2), 40, 49.9)).isFalse();
    assertThat(bad(past(64, 2), 40, 50.1)).isTrue();
  }

  @Test
  void whatKnowingNothingCostsIsNoSpikeHoweverMuchWasLearned() {
    // 4 log 2 + 20 * 1 / 20
    assertThat(bad(past(64, 0.001), 1, 3.7)).isFalse();
    assertThat(bad(past(64, 0.001), 1, 3.8)).isTrue();
  }

  @Test
  void batchesArePassedOverInWhateverOrderTheyWereMet() {
    TrainingPast past =
        TrainingPast.NONE
            .without(new SkippedBatch(5, 6, 1, 1))
            .without(new SkippedBatch(5, 5, 1, 1))
            .without(new SkippedBatch(8, 10, 1, 1));
    assertThat(List.of(0L, 4L, 5L, 7L, 8L, 9L))
        .extracting(past::batchOf)
        .containsExactly(0L, 4L, 7L, 9L, 11L, 12L);
    assertThat(past.skippedSince(8, 1000)).isEqualTo(3);
    assertThat(past.skippedSince(1006, 1000)).isEqualTo(1);
  }
}
