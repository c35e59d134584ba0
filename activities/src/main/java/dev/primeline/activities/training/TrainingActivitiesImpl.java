package dev.primeline.activities.training;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.IoSentence;
import dev.primeline.activities.heartbeat.Heartbeat;
import dev.primeline.activities.heartbeat.News;
import dev.primeline.activities.model.DeviceMemoryException;
import dev.primeline.activities.model.EngineSettings;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.steps.FailureKind;
import dev.primeline.workflows.training.SegmentRequest;
import dev.primeline.workflows.training.SegmentResult;
import dev.primeline.workflows.training.TrainingActivities;
import dev.primeline.workflows.training.TrainingProgress;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityExecutionContext;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** The door to {@link Segment}: heartbeats, news to the workflow, failure kinds. */
public final class TrainingActivitiesImpl implements TrainingActivities {

  private final ArtifactStore store;
  private final EngineSettings engine;
  private final TrainingRooms rooms;
  private final Duration longestSegment;
  private final Duration patience;
  private final Consumer<String> lastWords;

  /**
   * @param patience how long a native call may take, however fast the others were
   * @param lastWords told why, and then ends this process: a native call that hangs cannot be ended
   *     otherwise, and would keep the device
   */
  public TrainingActivitiesImpl(
      ArtifactStore store,
      EngineSettings engine,
      TrainingRooms rooms,
      Duration longestSegment,
      Duration patience,
      Consumer<String> lastWords) {
    this.store = store;
    this.engine = engine;
    this.rooms = rooms;
    this.longestSegment = longestSegment;
    this.patience = patience;
    this.lastWords = lastWords;
  }

  @Override
  public SegmentResult trainSegment(SegmentRequest request) {
    ActivityExecutionContext context = Activity.getExecutionContext();
    String family = request.training().family().name();
    StepWatch watch = new StepWatch(patience, System::nanoTime);
    SignOfLife last = new SignOfLife(family);
    try (MetricSink metrics = rooms.metrics(request.training());
        Heartbeat heartbeat =
            new Heartbeat(context, watch::hangs, silent -> end(silent, last, watch.patience()))) {
      SegmentObserver observer =
          new SegmentObserver(heartbeat, new News(context), watch, last, metrics, longestSegment);
      Segment segment = new Segment(store, engine, rooms, request.training());
      Segment.Outcome outcome = segment.run(observer);
      outcome
          .why()
          .filter(kind -> kind != FailureKind.SEGMENT_OVER)
          .ifPresent(
              kind -> {
                throw heartbeat.stopping(
                    kind, "stopped at a checkpoint, step " + outcome.result().step());
              });
      return outcome.result();
    } catch (BadInput e) {
      throw FailureKind.BAD_INPUT.because(e.getMessage());
    } catch (SupersededException e) {
      throw FailureKind.SUPERSEDED.because(e.getMessage());
    } catch (DeviceMemoryException | OutOfMemoryError e) {
      throw FailureKind.OUT_OF_MEMORY.because(
          "training %s: out of memory (%s), expected more of it or a smaller model"
              .formatted(family, e.getMessage()),
          e);
    } catch (IOException e) {
      throw FailureKind.TROUBLE.because("training %s: %s".formatted(family, IoSentence.of(e)), e);
    }
  }

  private void end(Heartbeat heartbeat, SignOfLife last, Duration allowed) {
    String sentence =
        "%s: what the engine began after step %d has not come back, expected an end within %d s; last checkpoint: %s"
            .formatted(
                last.family,
                last.step,
                allowed.toSeconds(),
                last.committed < 0 ? "none" : "step " + last.committed);
    heartbeat.giveUp(FailureKind.STEP_HUNG, sentence);
    lastWords.accept(sentence);
  }

  /** What the training thread last said, for the thread that must speak for it. */
  private static final class SignOfLife {
    private final String family;
    private volatile long step;
    private volatile long committed = -1;

    SignOfLife(String family) {
      this.family = family;
    }

    void of(TrainingProgress progress) {
      step = progress.step();
      committed = progress.checkpointStep();
    }
  }

  /** Ends a segment when its time is up or the heartbeat brings word. */
  private static final class SegmentObserver implements TrainingObserver {

    private final Heartbeat heartbeat;
    private final News news;
    private final StepWatch watch;
    private final SignOfLife last;
    private final MetricSink metrics;
    private final long end;

    SegmentObserver(
        Heartbeat heartbeat,
        News news,
        StepWatch watch,
        SignOfLife last,
        MetricSink metrics,
        Duration longest) {
      this.heartbeat = heartbeat;
      this.news = news;
      this.watch = watch;
      this.last = last;
      this.metrics = metrics;
      this.end = System.nanoTime() + longest.toNanos();
    }

    @Override
    public void begun(TrainingProgress progress) {
      alive(progress);
      metrics.began(progress);
      news.began(progress.step());
    }

    @Override
    public void measured(TrainingProgress progress, int skippedBatches, double stalledSeconds) {
      metrics.after(progress, skippedBatches, stalledSeconds);
    }

    @Override
    public void nativeCall() {
      watch.begins();
    }

    @Override
    public void nativeCallEnded() {
      watch.ended();
    }

    @Override
    public Optional<FailureKind> afterStep(TrainingProgress progress) {
      alive(progress);
      news.perhaps(progress);
      return heartbeat
          .stop()
          .or(
              () ->
                  System.nanoTime() > end
                      ? Optional.of(FailureKind.SEGMENT_OVER)
                      : Optional.empty());
    }

    @Override
    public void news(TrainingProgress progress) {
      alive(progress);
      news.now(progress);
    }

    @Override
    public void waiting() {
      heartbeat.alive();
    }

    private void alive(TrainingProgress progress) {
      last.of(progress);
      heartbeat.alive(progress);
    }
  }
}
