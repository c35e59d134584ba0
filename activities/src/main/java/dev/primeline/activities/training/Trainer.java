package dev.primeline.activities.training;

import dev.primeline.activities.batches.TrainingBatches;
import dev.primeline.activities.model.Network;
import dev.primeline.activities.model.StepResult;
import dev.primeline.activities.model.StepSettings;
import dev.primeline.workflows.experiment.Flops;
import dev.primeline.workflows.experiment.TrainingSettings;
import dev.primeline.workflows.steps.FailureKind;
import dev.primeline.workflows.training.TrainingProgress;
import dev.primeline.workflows.training.TrainingSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The training loop. Everything that a step needs is a function of its index and of the weights, so
 * a loop that starts at step s with the weights of step s does what an undisturbed one does.
 */
final class Trainer {

  /** Longer trainings log every so-many-th step, so that a log stays within some thousand lines. */
  private static final long LOGGED_STEPS = 4000;

  private final TrainingSpec spec;
  private final TrainingSettings settings;
  private final TrainingBatches batches;
  private final Network network;
  private final HeldoutScore heldout;
  private final BackgroundSaving saving;
  private final TrainingObserver observer;
  private final Schedule schedule;
  private final Speed speed = new Speed();
  private final double flopsPerToken;
  private final double peakFlops;
  private List<StepMetrics> unsaved = new ArrayList<>();
  private long begun = -1;
  private long told = -1;
  private HeldoutScore.@Nullable Score score;
  private @Nullable Double lastHeldout;

  /**
   * A loop that has not begun.
   *
   * @param peakFlops what the device's matrix products reach, FLOP/s; 0 when nobody measured
   */
  Trainer(
      TrainingSpec spec,
      TrainingBatches batches,
      Network network,
      double peakFlops,
      HeldoutScore heldout,
      BackgroundSaving saving,
      TrainingObserver observer) {
    this.spec = spec;
    this.settings = spec.settings();
    this.batches = batches;
    this.network = network;
    this.heldout = heldout;
    this.saving = saving;
    this.observer = observer;
    this.schedule = new Schedule(settings);
    this.peakFlops = peakFlops;
    flopsPerToken = Flops.perToken(spec.model(), spec.family(), spec.vocabularySize()).total();
  }

  /**
   * Trains on from a step, to the last one or until the observer ends it.
   *
   * @param from steps that the network's weights have seen
   * @return where it stopped, committed, and why if it was not the end
   */
  Stopped run(long from) throws IOException {
    long step = from;
    begun = from > 0 ? from : -1;
    told = begun;
    Optional<FailureKind> stop = Optional.empty();
    while (step < settings.steps() && stop.isEmpty()) {
      double rate = schedule.learningRate(step);
      speed.stepBegins();
      StepResult result = network.step(batches.at(step), settings.microBatch(), stepSettings(rate));
      speed.stepEnded((long) settings.batch() * spec.model().length());
      step++;
      refuseNonsense(step, result);
      score = isHeldoutStep(step) ? heldout.of(network) : null;
      lastHeldout = score == null ? lastHeldout : Double.valueOf(score.natsPerToken());
      log(step, rate, result);
      TrainingProgress progress = progress(step, result);
      stop = observer.afterStep(progress);
      if (step % settings.checkpointEvery() == 0 || step == settings.steps() || stop.isPresent()) {
        save(step);
      }
      if (step == settings.steps() || stop.isPresent()) {
        saving.last();
      }
      tell(progress);
      saving.requireNotSuperseded();
    }
    return new Stopped(step, saving.last(), stop);
  }

  /** A commit and a score are news; the commit is of some step before. */
  private void tell(TrainingProgress progress) {
    long committed = committed();
    if (score != null || committed > told) {
      told = committed;
      observer.news(progress.committedAt(committed));
    }
  }

  private long committed() {
    return Math.max(begun, saving.committed());
  }

  /** Where a run of the loop ended. */
  record Stopped(long step, Optional<SavedCheckpoint> saved, Optional<FailureKind> why) {}

  private StepSettings stepSettings(double rate) {
    return new StepSettings(
        rate,
        settings.weightDecay(),
        settings.beta1(),
        settings.beta2(),
        settings.epsilon(),
        settings.clip(),
        settings.emaDecay(),
        settings.precision());
  }

  private void refuseNonsense(long step, StepResult result) {
    if (!Double.isFinite(result.loss()) || !Double.isFinite(result.gradientNorm())) {
      throw FailureKind.DIVERGED.because(
          "%s: loss %s and gradient norm %s at step %d, expected finite numbers; last checkpoint: step %s"
              .formatted(
                  spec.family().name(),
                  result.loss(),
                  result.gradientNorm(),
                  step,
                  committed() < 0 ? "none" : committed()));
    }
  }

  private boolean isHeldoutStep(long step) {
    return step % settings.evaluateEvery() == 0 || step == settings.steps();
  }

  private void log(long step, double rate, StepResult result) {
    long every = Math.max(1, settings.steps() / LOGGED_STEPS);
    if (step % every == 0 || score != null) {
      unsaved.add(
          new StepMetrics(
              step,
              step * settings.batch() * spec.model().length(),
              result.loss(),
              result.gradientNorm(),
              rate,
              score == null ? null : score.natsPerToken(),
              score == null ? null : score.maskError(),
              speed.tokensPerSecond(),
              utilisation(),
              PeakMemory.bytes()));
    }
  }

  private double utilisation() {
    return peakFlops > 0 ? flopsPerToken * speed.tokensPerSecond() / peakFlops : 0;
  }

  private void save(long step) throws IOException {
    saving.save(
        () ->
            new TrainingState(
                step,
                network.snapshot(),
                network.fingerprint(settings.microBatch(), settings.precision())),
        unsaved);
    unsaved = new ArrayList<>();
  }

  private TrainingProgress progress(long step, StepResult result) {
    double tokensPerSecond = speed.tokensPerSecond();
    double tokensLeft =
        (double) (settings.steps() - step) * settings.batch() * spec.model().length();
    return new TrainingProgress(
        spec.family().name(),
        step,
        settings.steps(),
        result.loss(),
        lastHeldout,
        tokensPerSecond,
        utilisation(),
        PeakMemory.bytes(),
        tokensPerSecond > 0 ? tokensLeft / tokensPerSecond : 0,
        committed());
  }
}
