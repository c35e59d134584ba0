package dev.primeline.activities.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.LocalArtifactStore;
import dev.primeline.activities.checkpoints.CommittedCheckpoint;
import dev.primeline.activities.model.DeviceMemoryException;
import dev.primeline.activities.training.SmallTraining.StopsAfter;
import dev.primeline.workflows.steps.FailureKind;
import dev.primeline.workflows.training.SegmentResult;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A training that goes on with another micro-batch or other threads. */
class OtherConfigurationTest {

  /** How far the losses of fp32 steps may move, relative; README names it. */
  private static final double TOLERANCE = 1e-3;

  @TempDir Path folder;

  private static List<Double> losses(ArtifactStore store, SegmentResult result) throws IOException {
    return CommittedCheckpoint.open(store, result.checkpoint()).metrics().stream()
        .map(StepMetrics::loss)
        .toList();
  }

  private static void assertClose(List<Double> losses, List<Double> expected) {
    assertThat(losses).hasSameSizeAs(expected);
    for (int i = 0; i < losses.size(); i++) {
      assertThat(losses.get(i)).isCloseTo(expected.get(i), within(TOLERANCE * expected.get(i)));
    }
  }

  @ParameterizedTest(name = "family {0}")
  @ValueSource(ints = {0, 1, 2, 3})
  void otherMicroBatchesAndThreadsKeepTheLossWithinTheToleranceAndAreRecorded(int family)
      throws IOException {
    List<Double> expected;
    try (ArtifactStore store = new LocalArtifactStore(folder.resolve("one" + family))) {
      SmallTraining one = SmallTraining.of(store, family, "{\"steps\":40}");
      expected = losses(store, one.segment().run(StopsAfter.theEnd()).result());
      assertThat(one.state().past().changes()).isEmpty();
    }
    try (ArtifactStore store = new LocalArtifactStore(folder.resolve("other" + family))) {
      SmallTraining first = SmallTraining.of(store, family, "{\"steps\":40}");
      first.segment().run(StopsAfter.step(5));
      SmallTraining second =
          SmallTraining.of(store, family, "{\"steps\":40,\"microBatch\":4}").onThreads(2);
      second.segment().run(StopsAfter.step(21));
      SegmentResult result = second.segment().run(StopsAfter.theEnd()).result();
      assertClose(losses(store, result), expected);
      assertThat(second.state().past().changes())
          .containsExactly(
              new NumericsChange(5, "microBatch", "16", "4"),
              new NumericsChange(5, "threads", "1", "2"));
    }
  }

  /** No room for more than so many sequences at once. */
  private static UnaryOperator<StepTaker> roomFor(int sequences, List<Integer> tried) {
    return network ->
        (index, batch, micro, settings) -> {
          tried.add(micro);
          if (micro > sequences) {
            // What it has done by then is undefined.
            network.step(index, batch, micro, settings);
            throw new DeviceMemoryException("CUDA out of memory", new IllegalStateException());
          }
          return network.step(index, batch, micro, settings);
        };
  }

  @Test
  void aStepThatDoesNotFitIsTakenAgainInSmallerPieces() throws IOException {
    List<Double> expected;
    try (ArtifactStore store = new LocalArtifactStore(folder.resolve("roomy"))) {
      SmallTraining roomy = SmallTraining.of(store, 1, "{}");
      expected = losses(store, roomy.segment().run(StopsAfter.theEnd()).result());
    }
    try (ArtifactStore store = new LocalArtifactStore(folder.resolve("tight"))) {
      SmallTraining tight = SmallTraining.of(store, 1, "{}");
      tight.segment().run(StopsAfter.step(6));
      List<Integer> tried = new ArrayList<>();
      SegmentResult result = tight.segment(roomFor(4, tried)).run(StopsAfter.theEnd()).result();
      assertThat(tried).containsExactly(16, 8, 4, 4, 4, 4, 4, 4);
      assertClose(losses(store, result), expected);
      assertThat(tight.state().past().changes())
          .containsExactly(new NumericsChange(6, "microBatch", "16", "4"));
    }
  }

  @Test
  void aStepThatDoesNotFitInAnyPiecesEndsTheTrainingInOneSentence() throws IOException {
    try (ArtifactStore store = new LocalArtifactStore(folder)) {
      SmallTraining training = SmallTraining.of(store, 1, "{}");
      List<Integer> tried = new ArrayList<>();
      assertThatThrownBy(() -> training.segment(roomFor(0, tried)).run(StopsAfter.theEnd()))
          .isInstanceOfSatisfying(
              ApplicationFailure.class,
              failure -> {
                assertThat(failure.getType()).isEqualTo(FailureKind.OUT_OF_MEMORY.wireName());
                assertThat(failure.isNonRetryable()).isTrue();
                assertThat(failure.getOriginalMessage())
                    .isEqualTo(
                        "mdm: step 1 with 1 sequences at once does not fit into memory (CUDA out of memory), expected more memory, a smaller model or a shorter model.length");
              });
      assertThat(tried).containsExactly(16, 8, 4, 2, 1);
    }
  }
}
