package dev.primeline.activities.training;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.batches.TrainingBatches;
import dev.primeline.activities.model.Engine;
import dev.primeline.activities.model.EngineSettings;
import dev.primeline.activities.model.HostTensor;
import dev.primeline.activities.model.Network;
import dev.primeline.activities.model.NetworkSpec;
import dev.primeline.activities.model.ReferenceWeights;
import dev.primeline.activities.subtokens.SubTokenizer;
import dev.primeline.activities.tokens.PreparedCorpus;
import dev.primeline.activities.weights.Safetensors;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.experiment.Parameters;
import dev.primeline.workflows.steps.FailureKind;
import dev.primeline.workflows.training.SegmentResult;
import dev.primeline.workflows.training.TrainingSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stretch of training: continue from the newest checkpoint that verifies, train, end at a
 * checkpoint.
 */
final class Segment {

  private static final Logger LOG = LoggerFactory.getLogger(Segment.class);

  private final ArtifactStore store;
  private final EngineSettings engine;
  private final TrainingRooms rooms;
  private final TrainingSpec spec;
  private final UnaryOperator<StepTaker> accidents;

  Segment(ArtifactStore store, EngineSettings engine, TrainingRooms rooms, TrainingSpec spec) {
    this(store, engine, rooms, spec, UnaryOperator.identity());
  }

  /**
   * @param accidents stands between the loop and its network: the identity, or in a test something
   *     that goes wrong
   */
  Segment(
      ArtifactStore store,
      EngineSettings engine,
      TrainingRooms rooms,
      TrainingSpec spec,
      UnaryOperator<StepTaker> accidents) {
    this.store = store;
    this.engine = engine;
    this.rooms = rooms;
    this.spec = spec;
    this.accidents = accidents;
  }

  /** Where the stretch ended, and why if it was not the end of the training. */
  record Outcome(SegmentResult result, Optional<FailureKind> why) {}

  Outcome run(TrainingObserver observer) throws IOException {
    CheckpointStore checkpoints = rooms.checkpoints(spec);
    Optional<CheckpointSource.Found> found = checkpoints.latest();
    long from = found.map(f -> f.checkpoint().step()).orElse(0L);
    if (found.isPresent() && from == spec.settings().steps()) {
      return new Outcome(result(found.get().checkpoint(), 0), Optional.empty());
    }
    PreparedCorpus corpus = PreparedCorpus.open(store, spec.corpus());
    SubTokenizer codes =
        SubTokenizer.fromJson(Files.readAllBytes(store.fetch(spec.subTokenizer())));
    observer.nativeCall();
    double peak = 1e9 * Engine.peak(engine, spec.settings().precision());
    try (Network network = open(codes, found);
        BackgroundSaving saving =
            new BackgroundSaving(recycling(checkpoints, network), places(), observer::waiting)) {
      observer.nativeCallEnded();
      Trainer trainer =
          new Trainer(
              spec,
              batches(corpus),
              network,
              accidents.apply(
                  (index, batch, micro, settings) -> network.step(batch, micro, settings)),
              () -> restart(network),
              peak,
              rooms.heldout(spec, corpus),
              checkpoints,
              saving,
              observer);
      Trainer.Stopped stopped = trainer.run(found);
      SavedCheckpoint saved = stopped.saved().orElseThrow();
      LOG.info(
          "{}: training waited {} s for its checkpoints",
          spec.family().name(),
          String.format(Locale.ROOT, "%.3f", saving.stalledSeconds()));
      return new Outcome(result(saved, saving.stalledSeconds()), stopped.why());
    }
  }

  /** What is saved lends its memory to the next snapshot. */
  private static CheckpointSink recycling(CheckpointSink checkpoints, Network network) {
    return (state, metrics) -> {
      SavedCheckpoint saved = checkpoints.save(state, metrics);
      network.recycle(state.model());
      return saved;
    };
  }

  /** Saving beside training takes memory for a second state where the heap has it. */
  private int places() {
    long copies = spec.settings().emaDecay() > 0 ? 4 : 3;
    long state = copies * Float.BYTES * parameters();
    return Runtime.getRuntime().maxMemory() / 3 > state ? 2 : 1;
  }

  private Network open(SubTokenizer codes, Optional<CheckpointSource.Found> found)
      throws IOException {
    NetworkSpec network =
        new NetworkSpec(spec.family(), spec.model(), spec.vocabularySize(), codes.codes());
    if (found.isEmpty()) {
      return begin(network);
    }
    TrainingState state = found.get().state();
    // Another kernel rounds differently: keep the one that the training began with.
    EngineSettings same = engine.withKernelOf(state.fingerprint());
    Network opened = Network.create(network, same, spec.seed());
    warnWhenDifferent(
        state.step(),
        state.fingerprint(),
        opened.fingerprint(spec.settings().microBatch(), spec.settings().precision()));
    return opened;
  }

  private Network begin(NetworkSpec form) throws IOException {
    Network network = Network.create(form, engine, spec.seed());
    giveWeights(network);
    return network;
  }

  /** Goes back to before the first step. */
  private void restart(Network network) throws IOException {
    network.restart(spec.seed());
    giveWeights(network);
  }

  private void giveWeights(Network network) throws IOException {
    ArtifactRef given = spec.initialWeights();
    if (given != null) {
      List<HostTensor> weights = Safetensors.read(store.fetch(given)).tensors();
      network.begin(
          ReferenceWeights.fit(spec.family(), spec.model(), spec.vocabularySize(), weights));
    }
  }

  private void warnWhenDifferent(long step, Map<String, String> then, Map<String, String> now) {
    for (NumericsChange change : NumericsChange.between(step, then, now)) {
      LOG.warn(
          "{}: {} was {} until step {} and is {} now; data and masks stay the same, the last bits of the weights may not",
          spec.family().name(),
          change.what(),
          change.was(),
          step,
          change.now());
    }
  }

  private TrainingBatches batches(PreparedCorpus corpus) {
    return new TrainingBatches(
        corpus.train(),
        spec.separator(),
        spec.model().length(),
        spec.family(),
        spec.settings().batch(),
        spec.seed());
  }

  private long parameters() {
    return Parameters.count(spec.model(), spec.family(), spec.vocabularySize());
  }

  private SegmentResult result(SavedCheckpoint saved, double stalledSeconds) {
    return new SegmentResult(
        saved.step(),
        saved.manifest(),
        saved.weights(),
        parameters(),
        saved.step() * spec.settings().batch() * spec.model().length(),
        saved.step() == spec.settings().steps(),
        stalledSeconds);
  }
}
