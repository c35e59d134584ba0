package dev.primeline.activities.training;

import dev.primeline.activities.model.StepResult;
import dev.primeline.workflows.experiment.Flops;
import dev.primeline.workflows.training.TrainingProgress;
import dev.primeline.workflows.training.TrainingSpec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a training says of its steps: lines to keep, and where it stands. */
final class StepLog {

  /** Longer trainings log every so-many-th step, so that a log stays within some thousand lines. */
  private static final long LOGGED_STEPS = 4000;

  private final TrainingSpec spec;
  private final double peakFlops;
  private final double flopsPerToken;
  private final long tokensPerStep;
  private final Speed speed = new Speed();
  private List<StepMetrics> unsaved = new ArrayList<>();
  private @Nullable Double lastHeldout;

  /**
   * An empty log.
   *
   * @param peakFlops what the device's matrix products reach, FLOP/s; 0 when nobody measured
   */
  StepLog(TrainingSpec spec, double peakFlops) {
    this.spec = spec;
    this.peakFlops = peakFlops;
    flopsPerToken = Flops.perToken(spec.model(), spec.family(), spec.vocabularySize()).total();
    tokensPerStep = (long) spec.settings().batch() * spec.model().length();
  }

  void stepBegins() {
    speed.stepBegins();
  }

  void stepEnded() {
    speed.stepEnded(tokensPerStep);
  }

  /**
   * Writes the line of a step, if the step gets one.
   *
   * @param skipped batches passed over so far
   */
  void write(
      long step, double rate, StepResult result, HeldoutScore.@Nullable Score score, int skipped) {
    lastHeldout = score == null ? lastHeldout : Double.valueOf(score.natsPerToken());
    long every = Math.max(1, spec.settings().steps() / LOGGED_STEPS);
    if (step % every == 0 || score != null) {
      unsaved.add(
          new StepMetrics(
              step,
              step * tokensPerStep,
              result.loss(),
              result.gradientNorm(),
              rate,
              score == null ? null : score.natsPerToken(),
              score == null ? null : score.maskError(),
              speed.tokensPerSecond(),
              utilisation(),
              PeakMemory.bytes(),
              skipped));
    }
  }

  /** The lines since the save before; they are not given twice. */
  List<StepMetrics> take() {
    List<StepMetrics> lines = unsaved;
    unsaved = new ArrayList<>();
    return lines;
  }

  /**
   * Where the training stands.
   *
   * @param committed last committed step; -1 before the first
   */
  TrainingProgress progress(long step, double loss, long committed) {
    double tokensPerSecond = speed.tokensPerSecond();
    double tokensLeft = (double) (spec.settings().steps() - step) * tokensPerStep;
    return new TrainingProgress(
        spec.family().name(),
        step,
        spec.settings().steps(),
        loss,
        lastHeldout,
        tokensPerSecond,
        utilisation(),
        PeakMemory.bytes(),
        tokensPerSecond > 0 ? tokensLeft / tokensPerSecond : 0,
        committed);
  }

  private double utilisation() {
    return peakFlops > 0 ? flopsPerToken * speed.tokensPerSecond() / peakFlops : 0;
  }
}
