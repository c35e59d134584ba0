package dev.primeline.workflows.training;

import dev.primeline.workflows.steps.FailureKind;
import dev.primeline.workflows.steps.RunAttributes;
import dev.primeline.workflows.steps.StepOptions;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.CompletablePromise;
import io.temporal.workflow.ExternalWorkflowStub;
import io.temporal.workflow.Promise;
import io.temporal.workflow.TimerOptions;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInit;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Runs segments until the last step is done. A segment that ends early is followed by the next,
 * which continues from the store, until {@link Attempts} says that this leads nowhere.
 *
 * <p>A pause cancels the segment: it checkpoints, ends, and leaves its device to others.
 */
public final class TrainingWorkflowImpl implements TrainingWorkflow {

  /**
   * A segment is heard of this often, or every so-many-th part of its time: see its {@code News}.
   */
  private static final double NEWS_SECONDS = 2;

  private static final double NEWS_SHARE = 1.0 / 80;

  private static final Logger LOG = Workflow.getLogger(TrainingWorkflowImpl.class);

  private final TrainingActivities activities;
  private final BooleanSupplier longHistory;
  private final Attempts attempts = new Attempts();
  private TrainingSpec spec;
  private TrainingProgress progress;
  private String worker = "no worker";
  private long lastStep;
  private long heardMillis;
  private long beganStep;
  private long beganMillis;
  private boolean paused;
  private boolean stopping;
  private boolean interrupted;
  private @Nullable CancellationScope segment;
  private Promise<?> told = Workflow.newPromise(0);

  /** As workers run it: a history is long when the server says so. */
  @WorkflowInit
  public TrainingWorkflowImpl(TrainingSpec spec) {
    this(spec, () -> Workflow.getInfo().isContinueAsNewSuggested());
  }

  TrainingWorkflowImpl(TrainingSpec spec, BooleanSupplier longHistory) {
    this.spec = spec;
    this.longHistory = longHistory;
    progress =
        new TrainingProgress(
            spec.family().name(), 0, spec.settings().steps(), 0, null, 0, 0, 0, 0, -1);
    activities =
        Workflow.newActivityStub(
            TrainingActivities.class, StepOptions.training("train " + spec.family().name()));
    heardMillis = Workflow.currentTimeMillis();
  }

  @Override
  public SegmentResult run(TrainingSpec given) {
    try {
      SegmentResult trained = train();
      answerEveryone();
      // A server drops what a workflow sends in the moment of its end.
      if (Workflow.getVersion("last news", Workflow.DEFAULT_VERSION, 1) == 1) {
        told.get();
      }
      return trained;
    } catch (TemporalFailure failure) {
      Workflow.newDetachedCancellationScope(TrainingWorkflowImpl::answerEveryone).run();
      throw failure;
    }
  }

  /** Nobody who asked something of this training is left without an answer. */
  private static void answerEveryone() {
    Workflow.await(Workflow::isEveryHandlerFinished);
  }

  private SegmentResult train() {
    while (true) {
      Workflow.await(() -> !paused || stopping);
      if (stopping) {
        throw FailureKind.CANCELLED.because(
            "%s: stopped as asked, last checkpoint: %s; the same training goes on from there"
                .formatted(name(), checkpoint()));
      }
      try {
        SegmentResult trained = trainSegment();
        if (trained.finished()) {
          return trained;
        }
        attempts.succeeded();
      } catch (ActivityFailure failure) {
        if (!interrupted || FailureKind.of(failure) != FailureKind.CANCELLED) {
          goOnOrFail(failure);
        }
      }
      if (mayBeginAnew()) {
        answerEveryone();
        // Whoever was waited for may have asked for what the next history would not know.
        if (mayBeginAnew()) {
          Workflow.continueAsNew(spec);
        }
      }
    }
  }

  private boolean mayBeginAnew() {
    return !paused && !stopping && longHistory.getAsBoolean();
  }

  private SegmentResult trainSegment() {
    CompletablePromise<SegmentResult> trained = Workflow.newPromise();
    CancellationScope scope =
        Workflow.newCancellationScope(
            () ->
                trained.completeFrom(
                    Async.function(activities::trainSegment, new SegmentRequest(spec))));
    interrupted = false;
    scope.run();
    segment = scope;
    try {
      return trained.get();
    } finally {
      segment = null;
    }
  }

  private void goOnOrFail(ActivityFailure failure) {
    FailureKind kind = FailureKind.of(failure);
    // A segment begins at a commit, of which its predecessor may not have lived to tell.
    long newest = Math.max(progress.checkpointStep(), beganStep);
    switch (attempts.failed(kind, newest, lastStep, unheard())) {
      case GO_ON -> {}
      case WAIT -> waitAfter(attempts.troubles());
      case HALVE -> halveMicroBatch();
      case FAIL -> throw failure;
      case SILENT -> throw FailureKind.NO_PROGRESS.because(silence(), failure);
    }
  }

  /** Steps between two news, twice: of either attempt some may not have been heard of. */
  private long unheard() {
    double seconds = (heardMillis - beganMillis) / 1e3;
    double pause = Math.max(NEWS_SECONDS, seconds * NEWS_SHARE);
    long steps = lastStep - beganStep;
    return seconds > 0 ? Math.round(2 * steps * Math.min(1, pause / seconds)) : 0;
  }

  private static void waitAfter(int troubles) {
    Workflow.newTimer(
            Duration.ofSeconds(1L << (2 * troubles)),
            TimerOptions.newBuilder()
                .setSummary("wait after trouble %d".formatted(troubles))
                .build())
        .get();
  }

  private void halveMicroBatch() {
    int micro = spec.settings().microBatch();
    int smaller = spec.settings().microBatchBelow(micro);
    if (smaller > 0) {
      LOG.warn("{}; trying with {} sequences at once", silence(), smaller);
      spec = spec.with(spec.settings().withMicroBatch(smaller));
    }
  }

  private String silence() {
    return "%s: attempt after attempt ends in the step after %d without a new checkpoint, with %d sequences at once; last sign of life: %s from %s; last checkpoint: %s"
        .formatted(
            name(),
            lastStep,
            spec.settings().microBatch(),
            Instant.ofEpochMilli(heardMillis),
            worker,
            checkpoint());
  }

  private String name() {
    return spec.family().name();
  }

  private String checkpoint() {
    return progress.checkpointStep() < 0 ? "none" : "step " + progress.checkpointStep();
  }

  @Override
  public void progressed(TrainingProgress heard) {
    // Who began this training in a namespace that has the attributes gave it the first one.
    if (heard.committedAfter(progress)
        && Workflow.getTypedSearchAttributes().containsKey(RunAttributes.FAMILIES)) {
      Workflow.upsertTypedSearchAttributes(
          RunAttributes.STEP.valueSet(heard.checkpointStep()),
          RunAttributes.LOSS.valueSet(heard.loss()));
    }
    progress = heard;
    lastStep = heard.step();
    heardMillis = Workflow.currentTimeMillis();
    show();
    Workflow.getInfo().getParentWorkflowId().ifPresent(parent -> told = tell(parent, heard));
  }

  @Override
  public void began(SegmentBegan heard) {
    worker = heard.worker();
    lastStep = heard.step();
    heardMillis = Workflow.currentTimeMillis();
    beganStep = heard.step();
    beganMillis = heardMillis;
  }

  private void show() {
    Workflow.setCurrentDetails(
        ProgressTable.markdown(List.of(progress)) + (paused ? "\npaused\n" : ""));
  }

  private static Promise<Void> tell(String parent, TrainingProgress heard) {
    ExternalWorkflowStub run = Workflow.newUntypedExternalWorkflowStub(parent);
    // A run that has ended needs no news: that failure is the expected one, and no other matters
    // here.
    return Async.procedure(() -> run.signal("progressed", heard)).exceptionally(gone -> null);
  }

  @Override
  public void asked(Asked what) {
    switch (what) {
      case PAUSE -> paused = true;
      case RESUME -> paused = false;
      case STOP -> stopping = true;
    }
    if (what != Asked.RESUME && segment != null) {
      interrupted = true;
      segment.cancel(what.name());
    }
    show();
  }

  @Override
  public long pause() {
    return interrupt(Asked.PAUSE);
  }

  @Override
  public void mayPause() {
    refuse(paused, "%s is paused already, expected a training that runs");
    mayStopAfterCheckpoint();
  }

  @Override
  public void resume() {
    asked(Asked.RESUME);
  }

  @Override
  public void mayResume() {
    refuse(!paused, "%s is not paused, expected a paused training");
  }

  @Override
  public long stopAfterCheckpoint() {
    return interrupt(Asked.STOP);
  }

  @Override
  public void mayStopAfterCheckpoint() {
    refuse(stopping, "%s is about to end already, expected a training that goes on");
  }

  private long interrupt(Asked what) {
    asked(what);
    Workflow.await(() -> segment == null);
    return progress.checkpointStep();
  }

  private void refuse(boolean wrong, String sentence) {
    if (wrong) {
      throw new IllegalStateException(sentence.formatted(name()));
    }
  }

  @Override
  public TrainingProgress progress() {
    return progress;
  }
}
