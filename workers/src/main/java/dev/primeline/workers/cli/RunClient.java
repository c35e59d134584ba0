package dev.primeline.workers.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.primeline.workflows.pretraining.PretrainingProgress;
import dev.primeline.workflows.pretraining.PretrainingResult;
import dev.primeline.workflows.pretraining.PretrainingWorkflow;
import dev.primeline.workflows.steps.Queues;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowServiceException;

/** Starts a run and follows it to its end, on whichever server. */
final class RunClient {

  private final WorkflowClient client;
  private final String runId;
  private int notesShown;

  RunClient(WorkflowClient client, String runId) {
    this.client = client;
    this.runId = runId;
  }

  /** Starts the run, or joins one of the same name that is under way. */
  void start(ObjectNode typed, String summary) {
    PretrainingWorkflow workflow =
        client.newWorkflowStub(
            PretrainingWorkflow.class,
            WorkflowOptions.newBuilder()
                .setTaskQueue(Queues.ORCHESTRATION)
                .setWorkflowId(runId)
                .setWorkflowIdConflictPolicy(
                    WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING)
                .setStaticSummary(summary)
                .build());
    var unused = WorkflowClient.start(workflow::run, typed);
  }

  /**
   * Shows progress until the run ends.
   *
   * @throws WorkflowFailedException when it failed
   */
  PretrainingResult follow(ProgressDisplay display) throws InterruptedException {
    PretrainingWorkflow workflow = client.newWorkflowStub(PretrainingWorkflow.class, runId);
    return Following.toItsEnd(
        client.newUntypedWorkflowStub(runId),
        PretrainingResult.class,
        () -> show(workflow, display));
  }

  private void show(PretrainingWorkflow workflow, ProgressDisplay display) {
    PretrainingProgress progress;
    try {
      progress = workflow.progress();
    } catch (WorkflowServiceException notNow) {
      // A query needs a free workflow worker: the next look may find one.
      return;
    }
    for (; notesShown < progress.notes().size(); notesShown++) {
      display.note(progress.notes().get(notesShown));
    }
    progress.trainings().forEach(display::show);
  }
}
