package dev.primeline.workers.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.scaling.ScalingStudyWorkflow;
import dev.primeline.workflows.scaling.StudyProgress;
import dev.primeline.workflows.scaling.StudyResult;
import dev.primeline.workflows.scaling.StudySpec;
import dev.primeline.workflows.steps.Queues;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowServiceException;

/** Starts a study and follows it to its end, on whichever server. */
final class StudyClient {

  private final WorkflowClient client;
  private final String studyId;
  private int notesShown;

  StudyClient(WorkflowClient client, String studyId) {
    this.client = client;
    this.studyId = studyId;
  }

  /** Starts the study, or joins one of the same name that is under way. */
  void start(ObjectNode typed, StudySpec study) {
    ScalingStudyWorkflow workflow =
        client.newWorkflowStub(
            ScalingStudyWorkflow.class,
            WorkflowOptions.newBuilder()
                .setTaskQueue(Queues.ORCHESTRATION)
                .setWorkflowId(studyId)
                .setWorkflowIdConflictPolicy(
                    WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING)
                .setStaticSummary(
                    study.preset()
                        + ": "
                        + String.join(
                            ", ",
                            study.experiment().families().stream().map(Family::name).toList()))
                .build());
    var unused = WorkflowClient.start(workflow::run, typed);
  }

  /**
   * Shows what happens until the study ends.
   *
   * @throws WorkflowFailedException when it failed
   */
  StudyResult follow(ProgressDisplay display) throws InterruptedException {
    ScalingStudyWorkflow workflow = client.newWorkflowStub(ScalingStudyWorkflow.class, studyId);
    return Following.toItsEnd(
        client.newUntypedWorkflowStub(studyId), StudyResult.class, () -> show(workflow, display));
  }

  /** A line a point: bars of a hundred trainings would fill the screen. */
  private void show(ScalingStudyWorkflow workflow, ProgressDisplay display) {
    StudyProgress progress;
    try {
      progress = workflow.progress();
    } catch (WorkflowServiceException notNow) {
      // A query needs a free workflow worker: the next look may find one.
      return;
    }
    for (; notesShown < progress.notes().size(); notesShown++) {
      display.note(
          "[%d/%d] %s"
              .formatted(progress.finished(), progress.known(), progress.notes().get(notesShown)));
    }
  }
}
