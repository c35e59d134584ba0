package dev.primeline.activities.evaluation;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.LocalArtifactStore;
import dev.primeline.activities.batches.TrainingBatches;
import dev.primeline.activities.checkpoints.Checkpoints;
import dev.primeline.activities.checkpoints.TrainedModel;
import dev.primeline.activities.model.EngineSettings;
import dev.primeline.activities.model.Network;
import dev.primeline.activities.model.NetworkSpec;
import dev.primeline.activities.model.StepSettings;
import dev.primeline.activities.subtokens.SubTokenizer;
import dev.primeline.activities.tokens.CorpusPreparation;
import dev.primeline.activities.tokens.PreparedCorpus;
import dev.primeline.activities.training.TrainingPast;
import dev.primeline.activities.training.TrainingState;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.corpus.CorpusRequest;
import dev.primeline.workflows.corpus.CorpusResult;
import dev.primeline.workflows.experiment.CorpusSpec;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.ModelShape;
import dev.primeline.workflows.experiment.Precision;
import dev.primeline.workflows.experiment.TrainingSettings;
import dev.primeline.workflows.training.TrainingSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Models that a few minutes of training give, kept in a folder: what the bars are measured with.
 */
final class BarModels {
  private static final int BATCH = 16;
  private static final long SEED = 1;

  private final ArtifactStore store;
  private final ModelShape shape;
  private final int steps;
  private final CorpusResult corpus;

  /**
   * @param folder where corpus and models stay
   * @param steps of {@value #BATCH} sequences each
   */
  BarModels(Path folder, CorpusSpec text, ModelShape shape, int steps) throws IOException {
    Files.createDirectories(folder);
    this.store = new LocalArtifactStore(folder);
    this.shape = shape;
    this.steps = steps;
    this.corpus =
        new CorpusPreparation(store, folder, progress -> {})
            .prepare(new CorpusRequest(text, shape.length(), SEED));
  }

  ArtifactStore store() {
    return store;
  }

  CorpusResult corpus() {
    return corpus;
  }

  /** A trained model, found or made. */
  TrainedModel model(Family family) throws IOException {
    TrainingSpec training = training(family);
    return TrainedModel.open(store, training, checkpoint(training), EngineSettings.defaults());
  }

  ArtifactRef checkpoint(TrainingSpec training) throws IOException {
    Checkpoints checkpoints = new Checkpoints(store, training);
    var found = checkpoints.latest();
    return found.isPresent() ? found.get().checkpoint().manifest() : train(training, checkpoints);
  }

  private ArtifactRef train(TrainingSpec training, Checkpoints checkpoints) throws IOException {
    PreparedCorpus text = PreparedCorpus.open(store, training.corpus());
    TrainingBatches batches =
        new TrainingBatches(
            text.train(), training.separator(), shape.length(), training.family(), BATCH, SEED);
    SubTokenizer codes = SubTokenizer.fromJson(store.read(training.subTokenizer().key()));
    NetworkSpec spec =
        new NetworkSpec(training.family(), shape, training.vocabularySize(), codes.codes());
    try (Network network = Network.create(spec, EngineSettings.defaults(), SEED)) {
      for (int step = 0; step < steps; step++) {
        double progress = (double) step / steps;
        double rate = 3e-3 * Math.min(1, (step + 1) / (0.1 * steps)) * (1 - 0.9 * progress);
        network.step(
            batches.at(step),
            BATCH,
            new StepSettings(rate, 0.1, 0.9, 0.95, 1e-8, 1, 0, Precision.FP32));
      }
      TrainingState state =
          new TrainingState(
              steps,
              network.snapshot(),
              network.fingerprint(BATCH, Precision.FP32),
              TrainingPast.NONE);
      return checkpoints.save(state, List.of()).manifest();
    }
  }

  TrainingSpec training(Family family) throws IOException {
    int vocabulary = corpus.vocabularySize();
    SubTokenizer codes =
        SubTokenizer.build(vocabulary, family.base(), family.ell(), family.order(), SEED);
    byte[] json = codes.toJson();
    String key = "subtokenizers/" + codes.hash() + "/subtokenizer.json";
    store.putIfAbsent(key, json);
    return new TrainingSpec(
        "bars-%s-%s-%s-%d".formatted(family.name(), Hashes.key(shape), corpus.hash(), steps),
        "main",
        family,
        vocabulary,
        vocabulary - 1,
        shape,
        new TrainingSettings(
            steps,
            BATCH,
            3e-3,
            3e-4,
            0,
            0.1,
            0.9,
            0.95,
            1e-8,
            1,
            0,
            Precision.FP32,
            BATCH,
            1,
            0,
            0,
            1,
            40),
        SEED,
        corpus.manifest(),
        corpus.hash(),
        new ArtifactRef(key, Hashes.sha256(json), json.length),
        codes.hash());
  }
}
