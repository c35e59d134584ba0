package dev.primeline.activities.evaluation;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.batches.TrainingBatches;
import dev.primeline.activities.checkpoints.Checkpoints;
import dev.primeline.activities.model.EngineSettings;
import dev.primeline.activities.model.Network;
import dev.primeline.activities.model.NetworkSpec;
import dev.primeline.activities.model.StepSettings;
import dev.primeline.activities.subtokens.SubTokenizer;
import dev.primeline.activities.tokens.CorpusPreparation;
import dev.primeline.activities.tokens.PreparedCorpus;
import dev.primeline.activities.training.SavedCheckpoint;
import dev.primeline.activities.training.TrainingPast;
import dev.primeline.activities.training.TrainingState;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.corpus.CorpusRequest;
import dev.primeline.workflows.corpus.CorpusResult;
import dev.primeline.workflows.evaluation.EvaluationRequest;
import dev.primeline.workflows.experiment.CorpusSpec;
import dev.primeline.workflows.experiment.DocumentSplit;
import dev.primeline.workflows.experiment.EvaluationSettings;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.ModelShape;
import dev.primeline.workflows.experiment.Precision;
import dev.primeline.workflows.experiment.SyntheticSource;
import dev.primeline.workflows.experiment.Tokenizer;
import dev.primeline.workflows.experiment.TrainingSettings;
import dev.primeline.workflows.training.TrainingSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes what an evaluation needs: a corpus, a sub-tokenizer and a checkpoint in a store. */
record Workshop(ArtifactStore store, Path scratch) {
  static final int LENGTH = 8;
  private static final ModelShape SHAPE = new ModelShape(1, 32, 2, 64, LENGTH);

  CorpusResult synthetic() throws IOException {
    return synthetic(new SyntheticSource(SyntheticSource.Kind.HMM, 6, 3, 0.3, 2000, 300));
  }

  CorpusResult synthetic(SyntheticSource source) throws IOException {
    return prepare(Tokenizer.SYMBOLS, null, source);
  }

  CorpusResult text(Path file) throws IOException {
    return prepare(Tokenizer.BYTES, file.toString(), null);
  }

  private CorpusResult prepare(
      Tokenizer tokenizer, @Nullable String uri, @Nullable SyntheticSource source)
      throws IOException {
    CorpusSpec spec =
        new CorpusSpec(uri, uri, tokenizer, DocumentSplit.BLANK_LINE, "text", 0.05, source);
    return new CorpusPreparation(store, scratch, progress -> {})
        .prepare(new CorpusRequest(spec, LENGTH, 7));
  }

  TrainingSpec training(Family row, CorpusResult corpus) throws IOException {
    int vocabulary = corpus.vocabularySize();
    Family family = ToyFamily.of(row, vocabulary);
    SubTokenizer codes =
        SubTokenizer.build(vocabulary, family.base(), family.ell(), family.order(), 7);
    byte[] json = codes.toJson();
    String key = "subtokenizers/" + codes.hash() + "/subtokenizer.json";
    store.putIfAbsent(key, json);
    return new TrainingSpec(
        "training-" + family.name() + "-" + corpus.hash(),
        "main",
        family,
        vocabulary,
        vocabulary - 1,
        SHAPE,
        new TrainingSettings(
            1, 32, 1e-2, 1e-2, 0, 0, 0.9, 0.99, 1e-8, 1, 0, Precision.FP32, 32, 1, 0, 0, 1, 40),
        7,
        corpus.manifest(),
        corpus.hash(),
        new ArtifactRef(key, Hashes.sha256(json), json.length),
        codes.hash());
  }

  /** Commits a checkpoint after so many steps. */
  EvaluationRequest trained(TrainingSpec training, int steps) throws IOException {
    PreparedCorpus corpus = PreparedCorpus.open(store, training.corpus());
    TrainingBatches batches =
        new TrainingBatches(corpus.train(), training.separator(), LENGTH, training.family(), 32, 7);
    try (Network network = network(training)) {
      for (int step = 0; step < steps; step++) {
        network.step(
            batches.at(step), 32, new StepSettings(1e-2, 0, 0.9, 0.99, 1e-8, 1, 0, Precision.FP32));
      }
      return request(training, network, steps);
    }
  }

  /** Commits a checkpoint of a network as it is. */
  EvaluationRequest request(TrainingSpec training, Network network, int steps) throws IOException {
    SavedCheckpoint saved =
        new Checkpoints(store, training)
            .save(
                new TrainingState(
                    steps,
                    network.snapshot(),
                    network.fingerprint(32, Precision.FP32),
                    TrainingPast.NONE),
                List.of());
    return new EvaluationRequest(training, saved.manifest(), new EvaluationSettings(4, 0));
  }

  Network network(TrainingSpec training) throws IOException {
    SubTokenizer codes = SubTokenizer.fromJson(store.read(training.subTokenizer().key()));
    NetworkSpec spec =
        new NetworkSpec(training.family(), SHAPE, training.vocabularySize(), codes.codes());
    return Network.create(spec, EngineSettings.defaults(), training.seed());
  }
}
