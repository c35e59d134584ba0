package dev.primeline.activities.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.DamagedArtifactException;
import dev.primeline.activities.artifacts.LocalArtifactStore;
import dev.primeline.activities.checkpoints.CommittedCheckpoint;
import dev.primeline.activities.model.HostTensor;
import dev.primeline.activities.training.SmallTraining.StopsAfter;
import dev.primeline.workflows.experiment.BranchPoint;
import dev.primeline.workflows.experiment.TrainingSettings;
import dev.primeline.workflows.steps.FailureKind;
import dev.primeline.workflows.training.SegmentResult;
import dev.primeline.workflows.training.TrainingProgress;
import dev.primeline.workflows.training.TrainingSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
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

  /** The training with twice the steps from a checkpoint of it on. */
  private static SmallTraining branch(SmallTraining parent, SegmentResult from) {
    TrainingSpec spec = parent.spec();
    TrainingSettings s = spec.settings();
    TrainingSettings longer =
        new TrainingSettings(
            24,
            s.batch(),
            s.learningRate(),
            s.finalLearningRate(),
            s.warmupSteps(),
            s.weightDecay(),
            s.beta1(),
            s.beta2(),
            s.epsilon(),
            s.clip(),
            s.emaDecay(),
            s.precision(),
            s.microBatch(),
            s.checkpointEvery(),
            s.keepLast(),
            s.keepEvery(),
            s.evaluateEvery(),
            s.heldoutSequences());
    TrainingSpec branch =
        new TrainingSpec(
            spec.hash(),
            "from-8",
            spec.family(),
            spec.vocabularySize(),
            spec.separator(),
            spec.model(),
            longer,
            spec.seed(),
            spec.corpus(),
            spec.corpusHash(),
            spec.subTokenizer(),
            spec.subTokenizerHash(),
            new BranchPoint(spec.family().name(), spec.hash(), 8, from.checkpoint()),
            null);
    return new SmallTraining(parent.store(), branch, 1);
  }

  private SegmentResult trainBranch(String name, long... stops) throws IOException {
    try (ArtifactStore store = new LocalArtifactStore(folder.resolve(name))) {
      SmallTraining parent = SmallTraining.of(store, 3, "{}");
      SegmentResult eight = parent.segment().run(StopsAfter.step(8)).result();
      List<String> parents = store.list("trainings/feed3/main/");
      SmallTraining branch = branch(parent, eight);
      for (long stop : stops) {
        branch.segment().run(StopsAfter.step(stop));
      }
      SegmentResult last = branch.segment().run(StopsAfter.theEnd()).result();
      assertThat(store.list("trainings/feed3/main/")).isEqualTo(parents);
      assertThat(last.checkpoint().key()).startsWith("trainings/feed3/from-8/step-000000024/");
      assertThat(CommittedCheckpoint.open(store, last.checkpoint()).metrics())
          .extracting(StepMetrics::step)
          .containsExactlyElementsOf(LongStream.rangeClosed(1, 24).boxed().toList());
      return last;
    }
  }

  @Test
  void aBranchBeginsAtItsCheckpointLeavesItsParentAndContinuesToTheSameBytes() throws IOException {
    SegmentResult undisturbed = trainBranch("branch");
    SegmentResult interrupted = trainBranch("branch-cut", 9, 15);
    assertThat(interrupted.weights().sha256()).isEqualTo(undisturbed.weights().sha256());
    assertThat(undisturbed.weights().sha256())
        .isNotEqualTo(train("unbranched", 3).result().weights().sha256());
  }

  @Test
  void aBranchWhoseBeginningIsDamagedDoesNotBeginElsewhere() throws IOException {
    try (ArtifactStore store = new LocalArtifactStore(folder)) {
      SmallTraining parent = SmallTraining.of(store, 3, "{}");
      SegmentResult eight = parent.segment().run(StopsAfter.step(8)).result();
      SmallTraining branch = branch(parent, eight);
      Files.writeString(folder.resolve(eight.weights().key()), "damaged");
      assertThatThrownBy(() -> branch.segment().run(StopsAfter.theEnd()))
          .isInstanceOf(DamagedArtifactException.class)
          .hasMessageContaining(eight.weights().key());
    }
  }

  @Test
  void aTrainingBeginsWithTheWeightsThatItIsGiven() throws IOException {
    try (ArtifactStore store = new LocalArtifactStore(folder)) {
      SegmentResult taught =
          SmallTraining.of(store, 0, "{}").segment().run(StopsAfter.step(4)).result();
      TrainingSpec still =
          SmallTraining.of(store, 0, "{\"learningRate\":1e-12,\"finalLearningRate\":1e-12}").spec();
      TrainingSpec given =
          new TrainingSpec(
              "given",
              "main",
              still.family(),
              still.vocabularySize(),
              still.separator(),
              still.model(),
              still.settings(),
              7,
              still.corpus(),
              still.corpusHash(),
              still.subTokenizer(),
              still.subTokenizerHash(),
              null,
              taught.weights());
      SmallTraining training = new SmallTraining(store, given, 1);
      SegmentResult last = training.segment().run(StopsAfter.step(1)).result();
      List<HostTensor> before = CommittedCheckpoint.open(store, taught.checkpoint()).weights();
      List<HostTensor> after = CommittedCheckpoint.open(store, last.checkpoint()).weights();
      for (int i = 0; i < before.size(); i++) {
        assertThat(after.get(i).values())
            .as(after.get(i).name())
            .containsExactly(before.get(i).values(), within(1e-7f));
      }
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
