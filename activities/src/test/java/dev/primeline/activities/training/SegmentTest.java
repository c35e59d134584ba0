package dev.primeline.activities.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.LocalArtifactStore;
import dev.primeline.activities.checkpoints.Checkpoints;
import dev.primeline.activities.checkpoints.CommittedCheckpoint;
import dev.primeline.activities.model.EngineSettings;
import dev.primeline.activities.subtokens.SubTokenizer;
import dev.primeline.activities.tokens.CorpusPreparation;
import dev.primeline.activities.tokens.PreparedCorpus;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.corpus.CorpusRequest;
import dev.primeline.workflows.corpus.CorpusResult;
import dev.primeline.workflows.experiment.ExperimentSpec;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.Precision;
import dev.primeline.workflows.experiment.SpecReader;
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
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentTest {

  private static final String SMOKE =
      """
      {"preset":"smoke",
       "corpus":{"synthetic":{"trainSequences":300,"heldoutSequences":20}},
       "training":{"steps":12,"checkpointEvery":4,"evaluateEvery":6,"learningRate":%s}}
      """;

  @TempDir Path folder;

  /** Ends a segment after a given step, as a leaving worker does. */
  private record StopsAfter(long last, List<TrainingProgress> told) implements TrainingObserver {
    @Override
    public Optional<FailureKind> afterStep(TrainingProgress progress) {
      return progress.step() == last ? Optional.of(FailureKind.WORKER_SHUTDOWN) : Optional.empty();
    }

    @Override
    public void news(TrainingProgress progress) {
      told.add(progress);
    }
  }

  private static TrainingRooms rooms(ArtifactStore store) {
    return new TrainingRooms() {
      @Override
      public CheckpointStore checkpoints(TrainingSpec spec) {
        return new Checkpoints(store, spec);
      }

      @Override
      public HeldoutScore heldout(TrainingSpec spec, PreparedCorpus corpus) {
        return denoiser -> new HeldoutScore.Score(2.5, 0.1);
      }
    };
  }

  private static TrainingSpec training(ArtifactStore store, int family, String learningRate)
      throws IOException {
    ExperimentSpec e = SpecReader.read(new ObjectMapper().readTree(SMOKE.formatted(learningRate)));
    Path scratch = Files.createTempDirectory("segment");
    CorpusResult corpus =
        new CorpusPreparation(store, scratch, progress -> {})
            .prepare(new CorpusRequest(e.corpus(), e.model().length(), e.seed()));
    Family row = e.families().get(family);
    SubTokenizer codes =
        SubTokenizer.build(corpus.vocabularySize(), row.base(), row.ell(), row.order(), e.seed());
    Path json = Files.write(scratch.resolve("codes.json"), codes.toJson());
    ArtifactRef ref = store.put("subtokenizers/" + codes.hash() + "/subtokenizer.json", json);
    return new TrainingSpec(
        "feed" + family,
        "main",
        row,
        corpus.vocabularySize(),
        corpus.vocabularySize() - 1,
        e.model(),
        e.training(),
        e.seed(),
        corpus.manifest(),
        corpus.hash(),
        ref,
        codes.hash());
  }

  private record Trained(SegmentResult result, String model, String optimizer, List<Long> logged) {}

  private Trained train(String name, int family, long... stops) throws IOException {
    try (ArtifactStore store = new LocalArtifactStore(folder.resolve(name))) {
      TrainingSpec spec = training(store, family, "0.003");
      for (long stop : stops) {
        Segment.Outcome stopped = segment(store, spec).run(new StopsAfter(stop, new ArrayList<>()));
        assertThat(stopped.why()).contains(FailureKind.WORKER_SHUTDOWN);
        assertThat(stopped.result().step()).isEqualTo(stop);
      }
      List<TrainingProgress> told = new ArrayList<>();
      SegmentResult last = segment(store, spec).run(new StopsAfter(-1, told)).result();
      assertThat(told).last().extracting(TrainingProgress::step).isEqualTo(12L);
      Path model = store.fetch(last.weights());
      return new Trained(
          last,
          last.weights().sha256(),
          dev.primeline.workflows.artifact.Hashes.sha256(
              Files.readAllBytes(model.resolveSibling("optimizer.safetensors"))),
          CommittedCheckpoint.open(store, last.checkpoint()).metrics().stream()
              .map(StepMetrics::step)
              .toList());
    }
  }

  private static Segment segment(ArtifactStore store, TrainingSpec spec) {
    return new Segment(
        store, new EngineSettings(1, EngineSettings.defaults().kernel()), rooms(store), spec);
  }

  @ParameterizedTest(name = "family {0}")
  @ValueSource(ints = {0, 1, 2, 3})
  void anInterruptedTrainingEndsWithTheBytesOfAnUndisturbedOne(int family) throws IOException {
    Trained undisturbed = train("whole" + family, family);
    Trained again = train("again" + family, family);
    Trained interrupted = train("cut" + family, family, 3, 4, 9);
    assertThat(again.model()).isEqualTo(undisturbed.model());
    assertThat(interrupted.model()).isEqualTo(undisturbed.model());
    assertThat(interrupted.optimizer()).isEqualTo(undisturbed.optimizer());
    assertThat(interrupted.logged()).isEqualTo(undisturbed.logged());
    assertThat(interrupted.result().tokensTrained()).isEqualTo(12L * 16 * 32);
  }

  @Test
  void aFinishedTrainingIsFoundAndNotRepeated() throws IOException {
    try (ArtifactStore store = new LocalArtifactStore(folder)) {
      TrainingSpec spec = training(store, 0, "0.003");
      SegmentResult first =
          withoutStall(segment(store, spec).run(new StopsAfter(-1, new ArrayList<>())).result());
      List<TrainingProgress> told = new ArrayList<>();
      Segment.Outcome second = segment(store, spec).run(new StopsAfter(-1, told));
      assertThat(second.result()).isEqualTo(first);
      assertThat(told).isEmpty();
    }
  }

  @Test
  void aStaleSegmentThatAnotherHasOvertakenStops() throws IOException {
    try (ArtifactStore store = new LocalArtifactStore(folder)) {
      TrainingSpec spec = training(store, 0, "0.003");
      List<SegmentResult> overtaken = new ArrayList<>();
      TrainingObserver slow =
          new TrainingObserver() {
            @Override
            public Optional<FailureKind> afterStep(TrainingProgress progress) {
              if (progress.step() == 3) {
                overtaken.add(finish(store, spec));
              }
              return Optional.empty();
            }

            @Override
            public void news(TrainingProgress progress) {}
          };
      assertThatThrownBy(() -> segment(store, spec).run(slow))
          .isInstanceOf(SupersededException.class)
          .hasMessageContaining("has committed step 12, this one stops at step 4");
      assertThat(overtaken).singleElement().extracting(SegmentResult::finished).isEqualTo(true);
      assertThat(finish(store, spec)).isEqualTo(withoutStall(overtaken.get(0)));
    }
  }

  private static SegmentResult finish(ArtifactStore store, TrainingSpec spec) {
    try {
      return segment(store, spec).run(new StopsAfter(-1, new ArrayList<>())).result();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static SegmentResult withoutStall(SegmentResult r) {
    return new SegmentResult(
        r.step(), r.checkpoint(), r.weights(), r.parameters(), r.tokensTrained(), r.finished(), 0);
  }

  @Test
  void aTrainingThatExplodesFailsAndNamesItsLastCheckpoint() throws IOException {
    try (ArtifactStore store = new LocalArtifactStore(folder)) {
      TrainingSpec spec = training(store, 1, "9.9");
      TrainingSpec hot =
          new TrainingSpec(
              spec.hash(),
              spec.branch(),
              spec.family(),
              spec.vocabularySize(),
              spec.separator(),
              spec.model(),
              Exploding.settings(),
              spec.seed(),
              spec.corpus(),
              spec.corpusHash(),
              spec.subTokenizer(),
              spec.subTokenizerHash());
      assertThatThrownBy(() -> segment(store, hot).run(new StopsAfter(-1, new ArrayList<>())))
          .hasMessageContaining("expected finite numbers; last checkpoint: step");
    }
  }

  private static final class Exploding {
    static TrainingSettings settings() {
      return new TrainingSettings(
          60, 16, 1e30, 1e30, 0, 0, 0.9, 0.95, 1e-8, 1, 0, Precision.FP32, 16, 100, 0, 0, 100, 4);
    }
  }
}
