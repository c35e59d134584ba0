package dev.primeline.activities.training;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.IoSentence;
import dev.primeline.activities.heartbeat.Heartbeat;
import dev.primeline.activities.heartbeat.News;
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

/** The door to {@link Segment}: heartbeats, news to the workflow, failure kinds. */
public final class TrainingActivitiesImpl implements TrainingActivities {

  /**
   * A single step may be slow, and the first one compiles; silence for longer means a hung call.
   */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final ArtifactStore store;
  private final EngineSettings engine;
  private final TrainingRooms rooms;
  private final Duration longestSegment;

  public TrainingActivitiesImpl(
      ArtifactStore store, EngineSettings engine, TrainingRooms rooms, Duration longestSegment) {
    this.store = store;
    this.engine = engine;
    this.rooms = rooms;
    this.longestSegment = longestSegment;
  }

  @Override
  public SegmentResult trainSegment(SegmentRequest request) {
    ActivityExecutionContext context = Activity.getExecutionContext();
    try (Heartbeat heartbeat = new Heartbeat(context, PATIENCE)) {
      News news = new News(context);
      SegmentObserver observer = new SegmentObserver(heartbeat, news, longestSegment);
      Segment segment = new Segment(store, engine, rooms, request.training());
      Segment.Outcome outcome = segment.run(observer);
      outcome
          .why()
          .filter(kind -> kind != FailureKind.SEGMENT_OVER)
          .ifPresent(
              kind -> {
                throw Heartbeat.stopping(
                    kind, "stopped at a checkpoint, step " + outcome.result().step());
              });
      return outcome.result();
    } catch (BadInput e) {
      throw FailureKind.BAD_INPUT.because(e.getMessage());
    } catch (SupersededException e) {
      throw FailureKind.SUPERSEDED.because(e.getMessage());
    } catch (IOException e) {
      throw FailureKind.TROUBLE.because(
          "training %s: %s".formatted(request.training().family().name(), IoSentence.of(e)), e);
    }
  }

  /** Ends a segment when its time is up or the heartbeat brings word. */
  private static final class SegmentObserver implements TrainingObserver {

    private final Heartbeat heartbeat;
    private final News news;
    private final long end;

    SegmentObserver(Heartbeat heartbeat, News news, Duration longest) {
      this.heartbeat = heartbeat;
      this.news = news;
      this.end = System.nanoTime() + longest.toNanos();
    }

    @Override
    public Optional<FailureKind> afterStep(TrainingProgress progress) {
      heartbeat.alive(progress);
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
      heartbeat.alive(progress);
      news.now(progress);
    }

    @Override
    public void waiting() {
      heartbeat.alive();
    }
  }
}
