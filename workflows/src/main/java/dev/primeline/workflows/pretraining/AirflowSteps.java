package dev.primeline.workflows.pretraining;

import dev.primeline.workflows.airflow.AirflowActivities;
import dev.primeline.workflows.airflow.AssetPublication;
import dev.primeline.workflows.airflow.AssetRequest;
import dev.primeline.workflows.airflow.DagOrder;
import dev.primeline.workflows.airflow.ProducedText;
import dev.primeline.workflows.airflow.PublishedEvent;
import dev.primeline.workflows.experiment.AirflowSource;
import dev.primeline.workflows.experiment.CorpusSpec;
import dev.primeline.workflows.experiment.ExperimentSpec;
import dev.primeline.workflows.experiment.Publishing;
import dev.primeline.workflows.report.FamilyOutcome;
import dev.primeline.workflows.report.ReportResult;
import dev.primeline.workflows.steps.StepOptions;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Workflow;
import java.util.List;

/** What a run does with Airflow: nothing, unless its specification says so. */
final class AirflowSteps {

  private final RunDetails details;

  AirflowSteps(RunDetails details) {
    this.details = details;
  }

  /** The text as it is read: what an Airflow DAG makes is waited for. */
  CorpusSpec text(CorpusSpec corpus) {
    AirflowSource source = corpus.airflow();
    if (source == null) {
      return corpus;
    }
    String run = source.run() == null ? Workflow.getInfo().getWorkflowId() : source.run();
    ProducedText text = produced(new DagOrder(run, source));
    details.note("DAG %s made %s".formatted(source.dag(), text.uri()));
    return corpus.producedAt(text.uri(), text.heldout());
  }

  private ProducedText produced(DagOrder order) {
    String dag = order.source().dag();
    details.note("waiting for DAG " + dag);
    try {
      return Workflow.newActivityStub(
              AirflowActivities.class, StepOptions.elsewhere("wait for DAG " + dag))
          .await(order);
    } catch (TemporalFailure failure) {
      if (CancellationScope.current().isCancelRequested()) {
        Workflow.newDetachedCancellationScope(() -> cancel(order)).run();
      }
      throw failure;
    }
  }

  /** From here and not where it was waited for: whoever waited may be dead. */
  private void cancel(DagOrder order) {
    try {
      Workflow.newActivityStub(
              AirflowActivities.class,
              StepOptions.lastWord("cancel the run of DAG " + order.source().dag()))
          .cancel(order);
    } catch (TemporalFailure failure) {
      details.note("the run of DAG %s could not be cancelled".formatted(order.source().dag()));
    }
  }

  /** A wrong address is better known before the trainings than after. */
  void requireAsset(ExperimentSpec spec) {
    Publishing publish = spec.publish();
    if (publish != null) {
      Workflow.newActivityStub(
              AirflowActivities.class, StepOptions.elsewhere("look for the Airflow asset"))
          .require(new AssetRequest(publish.airflowAsset()));
    }
  }

  void publish(ExperimentSpec spec, ReportResult report, List<FamilyOutcome> outcomes) {
    Publishing publish = spec.publish();
    if (publish == null) {
      return;
    }
    details.note("telling the Airflow asset");
    PublishedEvent event =
        Workflow.newActivityStub(
                AirflowActivities.class, StepOptions.elsewhere("tell the Airflow asset"))
            .publish(
                new AssetPublication(
                    publish.airflowAsset(),
                    Workflow.getInfo().getWorkflowId(),
                    Workflow.getInfo().getRunId(),
                    report,
                    outcomes.stream().map(AssetPublication.Family::of).toList()));
    details.note(
        "event %d of asset %s%s"
            .formatted(event.id(), publish.airflowAsset(), event.found() ? ", sent before" : ""));
  }
}
