package dev.primeline.workflows.pretraining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.primeline.workflows.Histories;
import dev.primeline.workflows.airflow.AssetPublication;
import dev.primeline.workflows.airflow.DagOrder;
import dev.primeline.workflows.report.ReportRequest;
import io.temporal.client.WorkflowStub;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AirflowStepsTest {

  private static final String SPEC =
      "{'families':['mdm'],'corpus':{'airflow':{'dag':'make_corpus','conf':{'day':'today'},'xcom':'export/return_value'}},'publish':{'airflowAsset':'s3://runs/done'}}";

  private final FakeCluster cluster = new FakeCluster();

  @AfterEach
  void stopTemporal() {
    cluster.close();
  }

  @Test
  void whatADagMadeIsReadReportedAndPublishedAsIfItHadBeenNamed() {
    cluster.run(SPEC);
    assertThat(cluster.airflow.awaited)
        .singleElement()
        .satisfies(order -> assertThat(order.runId()).isEqualTo("a-run"));
    ReportRequest report = cluster.reports.get(0);
    assertThat(report.text().uri()).isEqualTo("s3://made/train");
    assertThat(report.text().heldout()).isEqualTo("s3://made/test");
    assertThat(report.text().airflow()).isNull();
    // The same command finds the run on record again, whatever the DAG makes next time.
    assertThat(report.spec().corpus().uri()).isNull();
    assertThat(cluster.recorded.get(0).spec()).isEqualTo(report.spec());
    assertThat(cluster.airflow.published)
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.workflowId()).isEqualTo("a-run");
              assertThat(event.families())
                  .extracting(AssetPublication.Family::name)
                  .containsExactly("mdm");
            });
    Histories.keep(cluster.client(), "a-run", "pretraining-airflow");
  }

  @Test
  void aDagRunOfAnotherRunIsTakenWhenTheSpecificationSaysSo() {
    cluster.run(
        "{'families':['mdm'],'corpus':{'airflow':{'dag':'d','xcom':'t/k','run':'another'}}}");
    assertThat(cluster.airflow.awaited).extracting(DagOrder::runId).containsExactly("another");
    assertThat(cluster.airflow.published).isEmpty();
  }

  @Test
  void anUnknownAssetIsToldBeforeAnythingElseIsDone() {
    assertThatThrownBy(() -> cluster.run(SPEC.replace("runs/done", "runs/typo")))
        .hasStackTraceContaining("no DAG names s3://runs/typo");
    assertThat(cluster.airflow.awaited).isEmpty();
    assertThat(cluster.recorded).isEmpty();
  }

  @Test
  void aCancelledRunCancelsItsDagRun() {
    cluster.airflow.endless = true;
    WorkflowStub run = WorkflowStub.fromTyped(cluster.start(SPEC));
    await().until(() -> cluster.airflow.awaited.size() == 1);
    run.cancel();
    assertThatThrownBy(() -> run.getResult(PretrainingResult.class))
        .hasStackTraceContaining("CanceledFailure");
    assertThat(cluster.airflow.cancelled).isEqualTo(cluster.airflow.awaited);
    Histories.keep(cluster.client(), "a-run", "pretraining-airflow-cancelled");
  }

  @Test
  void aRunWhoseAlarmFiredIsNotPublished() {
    cluster.alarm = true;
    assertThatThrownBy(() -> cluster.run(SPEC)).hasStackTraceContaining("the oracle alarm fired");
    assertThat(cluster.airflow.published).isEmpty();
  }
}
