package dev.primeline.workflows.corpus;

import dev.primeline.workflows.steps.StepOptions;
import io.temporal.workflow.ChildWorkflowOptions;
import io.temporal.workflow.Workflow;

/** The corpus as the first part of a run or of a study: a workflow of its own below it. */
public final class CorpusPart {

  private CorpusPart() {}

  /** Prepares it, or finds it; in one step where an earlier version began so. */
  public static CorpusResult prepare(CorpusRequest request) {
    int version = Workflow.getVersion("corpus-preparation", Workflow.DEFAULT_VERSION, 1);
    if (version == Workflow.DEFAULT_VERSION) {
      return Workflow.newActivityStub(
              CorpusActivities.class, StepOptions.onCpu("prepare the corpus"))
          .prepare(request);
    }
    ChildWorkflowOptions options =
        ChildWorkflowOptions.newBuilder()
            .setWorkflowId(Workflow.getInfo().getWorkflowId() + "/corpus")
            .setStaticSummary("prepare the corpus")
            .build();
    return Workflow.newChildWorkflowStub(CorpusWorkflow.class, options)
        .run(null, CorpusCursor.beginning(request));
  }
}
