package dev.primeline.activities.training;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.checkpoints.Checkpoints;
import dev.primeline.activities.model.EngineSettings;
import dev.primeline.activities.subtokens.SubTokenizer;
import dev.primeline.activities.tokens.CorpusPreparation;
import dev.primeline.activities.tokens.PreparedCorpus;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.corpus.CorpusRequest;
import dev.primeline.workflows.corpus.CorpusResult;
import dev.primeline.workflows.experiment.ExperimentSpec;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.SpecReader;
import dev.primeline.workflows.steps.FailureKind;
import dev.primeline.workflows.training.SegmentResult;
import dev.primeline.workflows.training.TrainingProgress;
import dev.primeline.workflows.training.TrainingSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Real networks of a size that trains in a second, on a corpus of their own. */
record SmallTraining(ArtifactStore store, TrainingSpec spec, int threads) {

  private static final String SMOKE =
      """
      {"preset":"smoke",
       "corpus":{"synthetic":{"trainSequences":300,"heldoutSequences":20}},
       "training":{"steps":12,"checkpointEvery":4,"evaluateEvery":6,"learningRate":0.003}}
      """;

  /** Ends a segment after a given step, as a leaving worker does; remembers the news. */
  record StopsAfter(long last, List<TrainingProgress> told) implements TrainingObserver {

    static StopsAfter step(long last) {
      return new StopsAfter(last, new ArrayList<>());
    }

    static StopsAfter theEnd() {
      return step(-1);
    }

    @Override
    public void begun(TrainingProgress progress) {}

    @Override
    public void nativeCall() {}

    @Override
    public void nativeCallEnded() {}

    @Override
    public Optional<FailureKind> afterStep(TrainingProgress progress) {
      return progress.step() == last ? Optional.of(FailureKind.WORKER_SHUTDOWN) : Optional.empty();
    }

    @Override
    public void news(TrainingProgress progress) {
      told.add(progress);
    }
  }

  /**
   * One of the smoke preset's families, 12 steps with a checkpoint every 4.
   *
   * @param settings laid over {@code training}, as JSON
   */
  static SmallTraining of(ArtifactStore store, int family, String settings) throws IOException {
    ObjectMapper json = new ObjectMapper();
    var tree = json.readTree(SMOKE);
    json.readerForUpdating(tree.get("training")).readTree(settings);
    ExperimentSpec e = SpecReader.read(tree);
    Path scratch = Files.createTempDirectory("segment");
    CorpusResult corpus =
        new CorpusPreparation(store, scratch, progress -> {})
            .prepare(new CorpusRequest(e.corpus(), e.model().length(), e.seed()));
    Family row = e.families().get(family);
    SubTokenizer codes =
        SubTokenizer.build(corpus.vocabularySize(), row.base(), row.ell(), row.order(), e.seed());
    Path file = Files.write(scratch.resolve("codes.json"), codes.toJson());
    ArtifactRef ref = store.put("subtokenizers/" + codes.hash() + "/subtokenizer.json", file);
    return new SmallTraining(
        store,
        new TrainingSpec(
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
            codes.hash()),
        1);
  }

  SmallTraining onThreads(int count) {
    return new SmallTraining(store, spec, count);
  }

  /** The next stretch of it. */
  Segment segment() {
    return segment(UnaryOperator.identity());
  }

  Segment segment(UnaryOperator<StepTaker> accidents) {
    return new Segment(
        store,
        new EngineSettings(threads, EngineSettings.defaults().kernel()),
        rooms(),
        spec,
        accidents);
  }

  private TrainingRooms rooms() {
    return new TrainingRooms() {
      @Override
      public MetricSink metrics(TrainingSpec training) {
        return new MetricSink() {
          @Override
          public void began(TrainingProgress progress) {}

          @Override
          public void after(TrainingProgress progress, int skippedBatches, double stalledSeconds) {}

          @Override
          public void close() {}
        };
      }

      @Override
      public CheckpointStore checkpoints(TrainingSpec training) {
        return new Checkpoints(store, training);
      }

      @Override
      public HeldoutScore heldout(TrainingSpec training, PreparedCorpus corpus) {
        return denoiser -> new HeldoutScore.Score(2.5, 0.1);
      }
    };
  }

  /** The state that the newest checkpoint holds. */
  TrainingState state() throws IOException {
    return new Checkpoints(store, spec).latest().orElseThrow().state();
  }

  /** SHA-256 of all that a continuation of this result would read. */
  Map<String, String> digests(SegmentResult result) throws IOException {
    Map<String, String> digests = new TreeMap<>();
    Path model = store.fetch(result.weights());
    for (String name : List.of("model.safetensors", "optimizer.safetensors", "state.json")) {
      digests.put(name, Hashes.sha256(Files.readAllBytes(model.resolveSibling(name))));
    }
    return digests;
  }
}
