package dev.primeline.activities.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.LocalArtifactStore;
import dev.primeline.activities.checkpoints.CommittedCheckpoint;
import dev.primeline.activities.training.SmallTraining.StopsAfter;
import dev.primeline.workflows.steps.FailureKind;
import dev.primeline.workflows.training.SegmentResult;
import dev.primeline.workflows.training.TrainingProgress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentTest {

  @TempDir Path folder;

  private record Trained(SegmentResult result, Map<String, String> digests, List<Long> logged) {}

  private Trained train(String name, int family, long... stops) throws IOException {
    try (ArtifactStore store = new LocalArtifactStore(folder.resolve(name))) {
      SmallTraining training = SmallTraining.of(store, family, "{}");
      for (long stop : stops) {
        Segment.Outcome stopped = training.segment().run(StopsAfter.step(stop));
        assertThat(stopped.why()).contains(FailureKind.WORKER_SHUTDOWN);
        assertThat(stopped.result().step()).isEqualTo(stop);
      }
      StopsAfter observer = StopsAfter.theEnd();
      SegmentResult last = training.segment().run(observer).result();
      assertThat(observer.told()).last().extracting(TrainingProgress::step).isEqualTo(12L);
      return new Trained(
          last,
          training.digests(last),
          CommittedCheckpoint.open(store, last.checkpoint()).metrics().stream()
              .map(StepMetrics::step)
              .toList());
    }
  }

  @ParameterizedTest(name = "family {0}")
  @ValueSource(ints = {0, 1, 2, 3})
  void anInterruptedTrainingEndsWithTheBytesOfAnUndisturbedOne(int family) throws IOException {
    Trained undisturbed = train("whole" + family, family);
    Trained again = train("again" + family, family);
    Trained interrupted = train("cut" + family, family, 3, 4, 9);
    assertThat(again.digests()).isEqualTo(undisturbed.digests());
    assertThat(interrupted.digests()).isEqualTo(undisturbed.digests());
    assertThat(interrupted.logged()).isEqualTo(undisturbed.logged());
    assertThat(interrupted.result().tokensTrained()).isEqualTo(12L * 16 * 32);
  }

  @Test
  void aFinishedTrainingIsFoundAndNotRepeated() throws IOException {
    try (ArtifactStore store = new LocalArtifactStore(folder)) {
      SmallTraining training = SmallTraining.of(store, 0, "{}");
      SegmentResult first = finish(training);
      StopsAfter observer = StopsAfter.theEnd();
      assertThat(training.segment().run(observer).result()).isEqualTo(first);
      assertThat(observer.told()).isEmpty();
    }
  }

  @Test
  void aStaleSegmentThatAnotherHasOvertakenStops() throws IOException {
    try (ArtifactStore store = new LocalArtifactStore(folder)) {
      SmallTraining training = SmallTraining.of(store, 0, "{}");
      List<SegmentResult> overtaken = new ArrayList<>();
      Segment slow =
          training.segment(
              steps ->
                  (index, batch, microBatch, settings) -> {
                    if (index == 2) {
                      overtaken.add(finish(training));
                    }
                    return steps.step(index, batch, microBatch, settings);
                  });
      assertThatThrownBy(() -> slow.run(StopsAfter.theEnd()))
          .isInstanceOf(SupersededException.class)
          .hasMessageContaining("has committed step 12, this one stops at step 4");
      assertThat(overtaken).singleElement().extracting(SegmentResult::finished).isEqualTo(true);
      assertThat(finish(training)).isEqualTo(overtaken.get(0));
    }
  }

  /** The result without what differs from machine to machine. */
  private static SegmentResult finish(SmallTraining training) {
    try {
      SegmentResult r = training.segment().run(StopsAfter.theEnd()).result();
      return new SegmentResult(
          r.step(),
          r.checkpoint(),
          r.weights(),
          r.parameters(),
          r.tokensTrained(),
          r.finished(),
          0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
