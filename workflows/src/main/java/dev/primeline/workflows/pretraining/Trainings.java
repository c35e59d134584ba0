package dev.primeline.workflows.pretraining;

import dev.primeline.workflows.steps.FailureKind;
import dev.primeline.workflows.training.Asked;
import dev.primeline.workflows.training.SegmentResult;
import dev.primeline.workflows.training.TrainingSpec;
import dev.primeline.workflows.training.TrainingWorkflow;
import io.temporal.api.enums.v1.ParentClosePolicy;
import io.temporal.client.WorkflowExecutionAlreadyStarted;
import io.temporal.failure.ChildWorkflowFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.ChildWorkflowOptions;
import io.temporal.workflow.ExternalWorkflowStub;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The trainings of one run: waits for each, and hands on to all what is asked of the run. */
final class Trainings {

  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  private final List<String> running = new ArrayList<>();
  private boolean paused;
  private boolean stopping;

  boolean paused() {
    return paused;
  }

  boolean stopping() {
    return stopping;
  }

  /**
   * A training's end. Another run may be at the same training: then this waits for it, and finds
   * its checkpoint.
   */
  SegmentResult train(TrainingSpec training) {
    Workflow.await(() -> !paused || stopping);
    if (stopping) {
      throw FailureKind.CANCELLED.because(
          training.family().name() + ": stopped as asked, before its training began");
    }
    String id = TrainingWorkflow.workflowId(training);
    running.add(id);
    try {
      return wait(training, id);
    } finally {
      running.remove(id);
    }
  }

  private static SegmentResult wait(TrainingSpec training, String id) {
    ChildWorkflowOptions options =
        ChildWorkflowOptions.newBuilder()
            .setWorkflowId(id)
            .setStaticSummary("train " + training.family().name())
            // A parent that ends early still lets its trainings checkpoint.
            .setParentClosePolicy(ParentClosePolicy.PARENT_CLOSE_POLICY_REQUEST_CANCEL)
            .build();
    Duration pause = Duration.ofSeconds(5);
    while (true) {
      try {
        return Workflow.newChildWorkflowStub(TrainingWorkflow.class, options).run(training);
      } catch (ChildWorkflowFailure failure) {
        if (!(failure.getCause() instanceof WorkflowExecutionAlreadyStarted)) {
          throw failure;
        }
        Workflow.sleep(pause);
        pause = longer(pause);
      }
    }
  }

  private static Duration longer(Duration pause) {
    Duration doubled = pause.multipliedBy(2);
    return doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
  }

  /** Tells every training that has not ended, and returns when they were told. */
  void ask(Asked what) {
    paused = what == Asked.PAUSE || (paused && what != Asked.RESUME);
    stopping |= what == Asked.STOP;
    List<Promise<Void>> told = new ArrayList<>();
    for (String id : running.stream().distinct().toList()) {
      ExternalWorkflowStub training = Workflow.newUntypedExternalWorkflowStub(id);
      // One that has just ended needs no telling.
      told.add(Async.procedure(() -> training.signal("asked", what)).exceptionally(gone -> null));
    }
    Promise.allOf(told).get();
  }
}
