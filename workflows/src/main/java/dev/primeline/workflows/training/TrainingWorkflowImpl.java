package dev.primeline.workflows.training;

import dev.primeline.workflows.steps.FailureKind;
import dev.primeline.workflows.steps.StepOptions;
import io.temporal.failure.ActivityFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.ExternalWorkflowStub;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInit;
import java.time.Duration;
import java.util.List;

/**
 * Runs segments until the last step is done. A segment that ends by a lost or leaving worker is
 * simply followed by the next, which continues from the store; one that ends by trouble is too, but
 * three of those in a row without a new commit fail the training.
 */
public final class TrainingWorkflowImpl implements TrainingWorkflow {

  private static final int TRIES_WITHOUT_COMMIT = 3;

  private final TrainingActivities activities;
  private TrainingProgress progress;
  private int failures;
  private long committedAtFailure = -1;

  @WorkflowInit
  public TrainingWorkflowImpl(TrainingSpec spec) {
    progress =
        new TrainingProgress(
            spec.family().name(), 0, spec.settings().steps(), 0, null, 0, 0, 0, 0, -1);
    activities =
        Workflow.newActivityStub(
            TrainingActivities.class, StepOptions.training("train " + spec.family().name()));
  }

  @Override
  public SegmentResult run(TrainingSpec spec) {
    while (true) {
      try {
        SegmentResult segment = activities.trainSegment(new SegmentRequest(spec));
        if (segment.finished()) {
          Workflow.await(Workflow::isEveryHandlerFinished);
          return segment;
        }
        failures = 0;
      } catch (ActivityFailure failure) {
        pauseOrFail(failure);
      }
      if (Workflow.getInfo().isContinueAsNewSuggested()) {
        Workflow.await(Workflow::isEveryHandlerFinished);
        Workflow.continueAsNew(spec);
      }
    }
  }

  private void pauseOrFail(ActivityFailure failure) {
    FailureKind kind = FailureKind.of(failure);
    if (kind.retry() == FailureKind.Retry.NEVER) {
      throw failure;
    }
    if (kind.retry() == FailureKind.Retry.FREE) {
      return;
    }
    failures = progress.checkpointStep() > committedAtFailure ? 1 : failures + 1;
    committedAtFailure = progress.checkpointStep();
    if (failures >= TRIES_WITHOUT_COMMIT) {
      throw failure;
    }
    Workflow.sleep(Duration.ofSeconds(1L << (2 * failures)));
  }

  @Override
  public void progressed(TrainingProgress heard) {
    progress = heard;
    Workflow.setCurrentDetails(ProgressTable.markdown(List.of(heard)));
    Workflow.getInfo().getParentWorkflowId().ifPresent(parent -> tell(parent, heard));
  }

  private static void tell(String parent, TrainingProgress heard) {
    ExternalWorkflowStub run = Workflow.newUntypedExternalWorkflowStub(parent);
    // A run that has ended needs no news: that failure is the expected one, and no other matters
    // here.
    Async.procedure(() -> run.signal("progressed", heard)).exceptionally(gone -> null);
  }

  @Override
  public TrainingProgress progress() {
    return progress;
  }
}
