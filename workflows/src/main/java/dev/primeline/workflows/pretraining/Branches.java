package dev.primeline.workflows.pretraining;

import dev.primeline.workflows.experiment.Extension;
import dev.primeline.workflows.experiment.LearningRateChange;
import dev.primeline.workflows.runs.ExtensionRequest;
import dev.primeline.workflows.runs.LearningRateRequest;
import dev.primeline.workflows.runs.PlannedBranch;
import dev.primeline.workflows.runs.RunActivities;
import dev.primeline.workflows.steps.FailureKind;
import dev.primeline.workflows.steps.StepOptions;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.enums.v1.ParentClosePolicy;
import io.temporal.client.WorkflowExecutionAlreadyStarted;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.ChildWorkflowFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.ChildWorkflowOptions;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.util.function.Supplier;

/**
 * Runs that begin at this run's checkpoints and go on otherwise. They outlive this run, which stays
 * as it is.
 */
final class Branches {

  private boolean trained;
  private boolean over;

  /** Every training of the run is done: whoever waits for their last checkpoints may go on. */
  void trained() {
    trained = true;
  }

  /** No more trainings will be done here: whoever waits is told so. */
  void over() {
    over = true;
  }

  /** Begins a run with more steps, at the last checkpoints unless a step is named. */
  String extend(Extension extension) {
    if (extension.fromStep() == null) {
      Workflow.await(() -> trained || over);
      if (!trained) {
        throw FailureKind.CANCELLED.because(
            "the run ended here before its trainings were done, expected a run that is trained to its end");
      }
    }
    ExtensionRequest request = new ExtensionRequest(Workflow.getInfo().getWorkflowId(), extension);
    return start(planned(() -> planning("plan an extension").planExtension(request)));
  }

  /** Begins a run with another learning rate, at the newest checkpoints unless a step is named. */
  String changeLearningRate(LearningRateChange change) {
    LearningRateRequest request =
        new LearningRateRequest(Workflow.getInfo().getWorkflowId(), change);
    return start(planned(() -> planning("plan a learning rate").planLearningRate(request)));
  }

  private static RunActivities planning(String summary) {
    return Workflow.newActivityStub(RunActivities.class, StepOptions.onCpu(summary));
  }

  /** The sentence of a refusal is the update's own, not buried in the activity's failure. */
  private static PlannedBranch planned(Supplier<PlannedBranch> activity) {
    try {
      return activity.get();
    } catch (ActivityFailure failure) {
      if (FailureKind.of(failure) == FailureKind.BAD_INPUT
          && failure.getCause() instanceof ApplicationFailure said) {
        throw FailureKind.BAD_INPUT.because(said.getOriginalMessage());
      }
      throw failure;
    }
  }

  /** A branch has the same name whoever asks for it, and one that runs already is the one meant. */
  private static String start(PlannedBranch branch) {
    PretrainingWorkflow run =
        Workflow.newChildWorkflowStub(
            PretrainingWorkflow.class,
            ChildWorkflowOptions.newBuilder()
                .setWorkflowId(branch.runId())
                .setStaticSummary(branch.summary())
                .setParentClosePolicy(ParentClosePolicy.PARENT_CLOSE_POLICY_ABANDON)
                .build());
    var unused = Async.function(run::run, branch.typed());
    Promise<WorkflowExecution> begun = Workflow.getWorkflowExecution(run);
    try {
      begun.get();
    } catch (ChildWorkflowFailure failure) {
      if (!(failure.getCause() instanceof WorkflowExecutionAlreadyStarted)) {
        throw failure;
      }
    }
    return branch.runId();
  }
}
