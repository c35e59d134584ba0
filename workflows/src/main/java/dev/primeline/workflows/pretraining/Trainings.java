package dev.primeline.workflows.pretraining;

import dev.primeline.workflows.steps.FailureKind;
import dev.primeline.workflows.steps.RunAttributes;
import dev.primeline.workflows.training.Asked;
import dev.primeline.workflows.training.SegmentResult;
import dev.primeline.workflows.training.TrainingSpec;
import dev.primeline.workflows.training.TrainingWorkflow;
import io.temporal.api.enums.v1.ParentClosePolicy;
import io.temporal.client.WorkflowExecutionAlreadyStarted;
import io.temporal.common.SearchAttributes;
import io.temporal.failure.ChildWorkflowFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.ChildWorkflowOptions;
import io.temporal.workflow.ExternalWorkflowStub;
import io.temporal.workflow.Promise;
import io.temporal.workflow.TimerOptions;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The trainings of one run or study: waits for each, and hands on to all what is asked of the run.
 */
public final class Trainings {

  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
  private static final TimerOptions WAITING =
      TimerOptions.newBuilder().setSummary("another run is at this training").build();

  private final List<String> running = new ArrayList<>();
  private boolean paused;
  private boolean stopping;

  /** Whether all of them wait. */
  public boolean paused() {
    return paused;
  }

  /** Whether none begins any more. */
  public boolean stopping() {
    return stopping;
  }

  /**
   * @throws io.temporal.failure.ApplicationFailure with this sentence, when the run is to end
   */
  void refuseWhenStopping(String sentence) {
    if (stopping) {
      throw FailureKind.CANCELLED.because(sentence);
    }
  }

  /**
   * A training's end. Another run may be at the same training: then this waits for it, and finds
   * its checkpoint.
   *
   * @param searchable whether the namespace has {@link RunAttributes}
   */
  public SegmentResult train(TrainingSpec training, boolean searchable) {
    Workflow.await(() -> !paused || stopping);
    refuseWhenStopping(training.family().name() + ": stopped as asked, before its training began");
    String id = TrainingWorkflow.workflowId(training);
    ChildWorkflowOptions options = options(training, id, searchable);
    Duration pause = Duration.ofSeconds(5);
    while (true) {
      TrainingWorkflow child = Workflow.newChildWorkflowStub(TrainingWorkflow.class, options);
      Promise<SegmentResult> trained = Async.function(child::run, training);
      boolean ours = begun(child);
      running.add(id);
      try {
        // What was asked while it began went past it: only what has begun can be told.
        tellAgain(id);
        if (ours) {
          return trained.get();
        }
        Workflow.newTimer(pause, WAITING).get();
      } finally {
        running.remove(id);
      }
      pause = longer(pause);
    }
  }

  private static ChildWorkflowOptions options(
      TrainingSpec training, String id, boolean searchable) {
    ChildWorkflowOptions.Builder options =
        ChildWorkflowOptions.newBuilder()
            .setWorkflowId(id)
            .setStaticSummary("train " + training.family().name())
            // A parent that ends early still lets its trainings checkpoint.
            .setParentClosePolicy(ParentClosePolicy.PARENT_CLOSE_POLICY_REQUEST_CANCEL);
    if (searchable) {
      options.setTypedSearchAttributes(
          SearchAttributes.newBuilder()
              .set(RunAttributes.FAMILIES, List.of(training.family().name()))
              .build());
    }
    return options.build();
  }

  /** Waits until it runs; false where another run's is running already. */
  private static boolean begun(TrainingWorkflow child) {
    try {
      Workflow.getWorkflowExecution(child).get();
      return true;
    } catch (ChildWorkflowFailure failure) {
      if (failure.getCause() instanceof WorkflowExecutionAlreadyStarted) {
        return false;
      }
      throw failure;
    }
  }

  private static Duration longer(Duration pause) {
    Duration doubled = pause.multipliedBy(2);
    return doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
  }

  /** Tells every training that has not ended, and returns when they were told. */
  public void ask(Asked what) {
    paused = what == Asked.PAUSE || (paused && what != Asked.RESUME);
    stopping |= what == Asked.STOP;
    List<Promise<Void>> told = new ArrayList<>();
    for (String id : running.stream().distinct().toList()) {
      told.add(tell(id, what));
    }
    Promise.allOf(told).get();
  }

  private void tellAgain(String id) {
    if (stopping) {
      tell(id, Asked.STOP).get();
    } else if (paused) {
      tell(id, Asked.PAUSE).get();
    }
  }

  private static Promise<Void> tell(String id, Asked what) {
    ExternalWorkflowStub training = Workflow.newUntypedExternalWorkflowStub(id);
    // One that has just ended needs no telling.
    return Async.procedure(() -> training.signal("asked", what)).exceptionally(gone -> null);
  }
}
