package dev.primeline.activities.training;

import dev.primeline.activities.batches.Batch;
import dev.primeline.activities.batches.TrainingBatches;
import dev.primeline.activities.model.Denoiser;
import dev.primeline.activities.model.DeviceMemoryException;
import dev.primeline.activities.model.Network;
import dev.primeline.activities.model.StepResult;
import dev.primeline.activities.model.StepSettings;
import dev.primeline.workflows.experiment.TrainingSettings;
import dev.primeline.workflows.steps.FailureKind;
import dev.primeline.workflows.training.TrainingProgress;
import dev.primeline.workflows.training.TrainingSpec;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The training loop. Everything that a step needs is a function of its index, of the weights and of
 * the training's past, so a loop that starts at step s with the state of step s does what an
 * undisturbed one does.
 *
 * <p>So does a rollback: whichever checkpoint it goes back to, the steps that it does again are the
 * same, and the bad batch is passed over at the same step.
 */
final class Trainer {

  private static final Logger LOG = LoggerFactory.getLogger(Trainer.class);

  private final TrainingSpec spec;
  private final TrainingSettings settings;
  private final TrainingBatches batches;
  private final Network network;
  private final StepTaker steps;
  private final Restart restart;
  private final HeldoutScore heldout;
  private final CheckpointSource checkpoints;
  private final BackgroundSaving saving;
  private final TrainingObserver observer;
  private final Schedule schedule;
  private final LossGuard guard;
  private final StepLog log;
  private TrainingPast past = TrainingPast.NONE;
  private Map<String, String> fingerprint = Map.of();
  private long step;
  private int microBatch;
  private long begun = -1;
  private long told = -1;

  /**
   * A loop that has not begun.
   *
   * @param network with fresh weights
   * @param steps who takes its steps
   * @param restart brings the network back to before its first step
   * @param peakFlops what the device's matrix products reach, FLOP/s; 0 when nobody measured
   */
  Trainer(
      TrainingSpec spec,
      TrainingBatches batches,
      Network network,
      StepTaker steps,
      Restart restart,
      double peakFlops,
      HeldoutScore heldout,
      CheckpointSource checkpoints,
      BackgroundSaving saving,
      TrainingObserver observer) {
    this.spec = spec;
    this.settings = spec.settings();
    this.batches = batches;
    this.network = network;
    this.steps = steps;
    this.restart = restart;
    this.heldout = heldout;
    this.checkpoints = checkpoints;
    this.saving = saving;
    this.observer = observer;
    this.schedule = new Schedule(spec);
    this.guard = new LossGuard(spec.family());
    this.log = new StepLog(spec, peakFlops);
    this.microBatch = settings.microBatch();
  }

  /**
   * Trains on from a checkpoint, to the last step or until the observer ends it.
   *
   * @param found where to go on; empty for a new training
   * @return where it stopped, committed, and why if it was not the end
   */
  Stopped run(Optional<CheckpointSource.Found> found) throws IOException {
    found.ifPresent(this::goOnFrom);
    told = begun;
    observer.begun(log.progress(step, 0, committed()));
    Optional<FailureKind> stop = Optional.empty();
    while (step < settings.steps() && stop.isEmpty()) {
      StepSettings optimiser = schedule.at(step);
      StepResult result = stepOrRollBack(optimiser);
      if (result == null) {
        continue;
      }
      step++;
      HeldoutScore.Score score = isHeldoutStep() ? look() : null;
      log.write(step, optimiser.learningRate(), result, score, past.at(step).skipped().size());
      TrainingProgress progress = log.progress(step, result.loss(), committed());
      measured(progress);
      stop = observer.afterStep(progress);
      if (step % settings.checkpointEvery() == 0 || step == settings.steps() || stop.isPresent()) {
        save();
      }
      if (step == settings.steps() || stop.isPresent()) {
        saving.last();
      }
      tell(progress, score != null);
      saving.requireNotSuperseded();
    }
    return new Stopped(step, saving.last(), stop);
  }

  /** A commit and a score are news; the commit is of some step before. */
  private void tell(TrainingProgress progress, boolean scored) {
    long committed = committed();
    if (scored || committed > told) {
      told = committed;
      observer.news(progress.committedAt(committed));
      measured(progress.committedAt(committed));
    }
  }

  private void measured(TrainingProgress progress) {
    observer.measured(progress, past.at(step).skipped().size(), saving.stalledSeconds());
  }

  /** The last committed step; -1 before the first. */
  private long committed() {
    return Math.max(begun, saving.committed());
  }

  /** Puts the weights back that a training begins with. */
  interface Restart {
    void run() throws IOException;
  }

  /** Where a run of the loop ended. */
  record Stopped(long step, Optional<SavedCheckpoint> saved, Optional<FailureKind> why) {}

  private void goOnFrom(CheckpointSource.Found found) {
    TrainingState state = found.state();
    network.restore(state.model());
    step = state.step();
    past = state.past();
    fingerprint = state.fingerprint();
    begun = state.step();
  }

  /** What the step found; null when it was a bad one and the training stands at a checkpoint. */
  private @Nullable StepResult stepOrRollBack(StepSettings optimiser) throws IOException {
    long index = past.batchOf(step);
    Batch batch = batches.at(index);
    StepResult result;
    try {
      log.stepBegins();
      observer.nativeCall();
      result = steps.step(index, batch, microBatch, optimiser);
      log.stepEnded();
    } catch (DeviceMemoryException e) {
      observer.nativeCallEnded();
      halveMicroBatch(e);
      return null;
    }
    observer.nativeCallEnded();
    Optional<String> expected = guard.complaint(past, batch, result);
    if (expected.isEmpty()) {
      past = past.after(result.loss());
      return result;
    }
    SkippedBatch bad = new SkippedBatch(step, index, result.loss(), result.gradientNorm());
    String sentence = bad.sentence(spec, expected.get(), past.skipped().size(), committed());
    if (past.skippedSince(step, LossGuard.WITHIN) >= LossGuard.MOST) {
      throw FailureKind.DIVERGED.because(sentence);
    }
    LOG.warn("{}; going back and passing the batch over", sentence);
    rollBack(past.without(bad).skipped());
    return null;
  }

  private void halveMicroBatch(DeviceMemoryException e) throws IOException {
    int smaller = settings.microBatchBelow(microBatch);
    String sentence =
        "%s: step %d with %d sequences at once does not fit into memory (%s)"
            .formatted(spec.family().name(), step + 1, microBatch, e.getMessage());
    if (smaller == 0) {
      throw FailureKind.OUT_OF_MEMORY.because(
          sentence + ", expected more memory, a smaller model or a shorter model.length", e);
    }
    LOG.warn(
        "{}; going back and on with {}: data and masks stay the same, the last bits of the weights may not",
        sentence,
        smaller);
    microBatch = smaller;
    // Whether the step had begun to change the weights, nobody knows.
    rollBack(past.skipped());
  }

  /** Forgets everything since the last checkpoint but what was passed over. */
  private void rollBack(List<SkippedBatch> skipped) throws IOException {
    log.take();
    // What is being saved is good, and is where to go back to.
    saving.last();
    Optional<CheckpointSource.Found> found = checkpoints.latest();
    long reached = step;
    if (found.isPresent()) {
      goOnFrom(found.get());
    } else {
      restart.run();
      step = 0;
      past = new TrainingPast(List.of(), List.of(), past.changes());
      begun = -1;
    }
    if (step <= reached) {
      past = past.withSkipped(skipped);
    } // Otherwise another execution has passed this place, and knows how.
  }

  /** Scores the held-out subset; each forward pass is a native call of its own. */
  private HeldoutScore.Score look() {
    observer.nativeCall();
    HeldoutScore.Score score =
        heldout.of(
            batch -> {
              Denoiser.Costs costs = network.costs(batch);
              observer.nativeCall();
              return costs;
            });
    observer.nativeCallEnded();
    return score;
  }

  private boolean isHeldoutStep() {
    return step % settings.evaluateEvery() == 0 || step == settings.steps();
  }

  private void save() throws IOException {
    Map<String, String> now = network.fingerprint(microBatch, settings.precision());
    if (!fingerprint.isEmpty()) {
      past = past.with(NumericsChange.between(begun, fingerprint, now));
    }
    TrainingPast upToHere = past.at(step);
    long here = step;
    saving.save(() -> new TrainingState(here, network.snapshot(), now, upToHere), log.take());
    fingerprint = now;
  }
}
