package dev.primeline.activities.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.LocalArtifactStore;
import dev.primeline.activities.batches.Batch;
import dev.primeline.activities.checkpoints.CommittedCheckpoint;
import dev.primeline.activities.training.SmallTraining.StopsAfter;
import dev.primeline.workflows.steps.FailureKind;
import dev.primeline.workflows.training.SegmentResult;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RollbackTest {

  @TempDir Path folder;

  /** One batch ruins weights and moments: its weights are multiplied by this. */
  private static UnaryOperator<StepTaker> bad(long at, float factor) {
    return network ->
        (index, batch, micro, settings) ->
            network.step(index, index == at ? scaled(batch, factor) : batch, micro, settings);
  }

  private static Batch scaled(Batch batch, float factor) {
    float[] weights = batch.weights().clone();
    for (int i = 0; i < weights.length; i++) {
      weights[i] *= factor;
    }
    return new Batch(batch.sequences(), batch.length(), batch.tokens(), batch.masks(), weights);
  }

  /** The process ends as a step begins, once. */
  private static UnaryOperator<StepTaker> killedAt(long at) {
    return network ->
        (index, batch, micro, settings) -> {
          if (index == at) {
            throw new IllegalStateException("killed");
          }
          return network.step(index, batch, micro, settings);
        };
  }

  private record Ended(Map<String, String> digests, TrainingPast past) {}

  private Ended train(String name, String settings, long... kills) throws IOException {
    try (ArtifactStore store = new LocalArtifactStore(folder.resolve(name))) {
      SmallTraining training = SmallTraining.of(store, 1, settings);
      for (long kill : kills) {
        UnaryOperator<StepTaker> killed = killedAt(kill);
        assertThatThrownBy(
                () ->
                    training
                        .segment(network -> killed.apply(bad(6, Float.NaN).apply(network)))
                        .run(StopsAfter.theEnd()))
            .hasMessage("killed");
      }
      SegmentResult result = training.segment(bad(6, Float.NaN)).run(StopsAfter.theEnd()).result();
      return new Ended(training.digests(result), training.state().past());
    }
  }

  @Test
  void aBadBatchIsUndonePassedOverAndRecorded() throws IOException {
    List<Long> taken = new ArrayList<>();
    try (ArtifactStore store = new LocalArtifactStore(folder)) {
      SmallTraining training = SmallTraining.of(store, 1, "{}");
      SegmentResult result =
          training
              .segment(
                  network -> {
                    StepTaker steps = bad(6, Float.NaN).apply(network);
                    return (index, batch, micro, settings) -> {
                      taken.add(index);
                      return steps.step(index, batch, micro, settings);
                    };
                  })
              .run(StopsAfter.theEnd())
              .result();
      assertThat(taken)
          .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 4L, 5L, 7L, 8L, 9L, 10L, 11L, 12L);
      assertThat(training.state().past().skipped())
          .containsExactly(new SkippedBatch(6, 6, Double.NaN, Double.NaN));
      assertThat(training.state().past().losses()).hasSize(12).allMatch(Double::isFinite);
      List<StepMetrics> log = CommittedCheckpoint.open(store, result.checkpoint()).metrics();
      assertThat(log)
          .extracting(StepMetrics::step)
          .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L, 12L);
      assertThat(log)
          .extracting(StepMetrics::skippedBatches)
          .containsExactly(0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1);
    }
  }

  @Test
  void whereARollbackGoesBackToAndWhatKillsItLaterDoNotChangeTheBytes() throws IOException {
    Ended ended = train("undisturbed", "{}");
    assertThat(ended.past().skipped()).hasSize(1);
    // To the initial weights.
    assertThat(train("no-checkpoint", "{\"checkpointEvery\":100}")).isEqualTo(ended);
    // To the step itself.
    assertThat(train("at-the-step", "{\"checkpointEvery\":6}")).isEqualTo(ended);
    // Killed when it had rolled back and not yet said so, and when it had.
    assertThat(train("killed", "{}", 8)).isEqualTo(ended);
    assertThat(train("killed-twice", "{}", 7, 11)).isEqualTo(ended);
  }

  @Test
  void aSpikeIsPassedOverAndNothingElseIs() throws IOException {
    try (ArtifactStore store = new LocalArtifactStore(folder)) {
      SmallTraining training = SmallTraining.of(store, 2, "{\"steps\":80}");
      training.segment(bad(70, 1e3f)).run(StopsAfter.theEnd());
      assertThat(training.state().past().skipped())
          .extracting(SkippedBatch::batch)
          .containsExactly(70L);
    }
  }

  @Test
  void tooManyBadBatchesEndTheTrainingAndSayWhere() throws IOException {
    try (ArtifactStore store = new LocalArtifactStore(folder)) {
      SmallTraining training = SmallTraining.of(store, 1, "{}");
      UnaryOperator<StepTaker> ruined =
          network ->
              (index, batch, micro, settings) ->
                  network.step(
                      index, index < 6 ? batch : scaled(batch, Float.NaN), micro, settings);
      assertThatThrownBy(() -> training.segment(ruined).run(StopsAfter.theEnd()))
          .isInstanceOfSatisfying(
              ApplicationFailure.class,
              failure -> {
                assertThat(failure.getType()).isEqualTo(FailureKind.DIVERGED.wireName());
                assertThat(failure.isNonRetryable()).isTrue();
                assertThat(failure.getOriginalMessage())
                    .isEqualTo(
                        "mdm: loss NaN and gradient norm NaN at step 7, on batch 9 (samples 144 to 159) with 3 batches passed over before, expected finite numbers; last good checkpoint: step 4");
              });
    }
  }

  @Test
  void aLearningRateThatExplodesEndsTheTrainingBeforeItsFirstCheckpoint() throws IOException {
    try (ArtifactStore store = new LocalArtifactStore(folder)) {
      SmallTraining training =
          SmallTraining.of(
              store,
              1,
              "{\"learningRate\":10,\"finalLearningRate\":10,\"warmupSteps\":0,\"clip\":1e9,\"epsilon\":1e-16,\"weightDecay\":10,\"steps\":60,\"checkpointEvery\":100}");
      assertThatThrownBy(() -> training.segment().run(StopsAfter.theEnd()))
          .hasMessageContaining("expected finite numbers; last good checkpoint: none");
    }
  }
}
