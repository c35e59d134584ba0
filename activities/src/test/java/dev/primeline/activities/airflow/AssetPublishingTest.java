package dev.primeline.activities.airflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.primeline.workflows.airflow.AssetPublication;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.report.ReportResult;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AssetPublishingTest {

  private static final ArtifactRef CHECKPOINT =
      new ArtifactRef("trainings/t/manifest.json", "c", 1);
  private static final ArtifactRef WEIGHTS =
      new ArtifactRef("trainings/t/model.safetensors", "w", 1);

  private FakeAirflow airflow;
  private AssetPublishing publishing;

  @BeforeEach
  void start() throws IOException {
    airflow = new FakeAirflow();
    publishing =
        new AssetPublishing(
            new AirflowClient(airflow.settings()),
            new Patience(Duration.ofMinutes(1), Duration.ofMillis(1), waiting -> {}),
            key -> "s3://store/" + key);
  }

  @AfterEach
  void stop() {
    airflow.close();
  }

  private static AssetPublication run(String workflow, String resultSha256) {
    return run(workflow, resultSha256, 6.25);
  }

  private static AssetPublication run(String workflow, String resultSha256, double nelbo) {
    return new AssetPublication(
        "s3://primeline/runs",
        workflow,
        "an-execution",
        new ReportResult(
            new ArtifactRef("runs/r/result.json", resultSha256, 1),
            new ArtifactRef("runs/r/report/index.html", "p", 1)),
        List.of(new AssetPublication.Family("mdm", "<=", nelbo, 0.05, CHECKPOINT, WEIGHTS)));
  }

  @Test
  void anEventSaysWhatTheRunCameTo() throws Exception {
    assertThat(publishing.publish(run("r", "one")).found()).isFalse();
    JsonNode extra = airflow.events.get(0).get("extra");
    assertThat(extra)
        .isEqualTo(
            FakeAirflow.json(
                "{'workflowId':'r','runId':'an-execution','result':'s3://store/runs/r/result.json','resultSha256':'one','report':'s3://store/runs/r/report/index.html','families':[{'name':'mdm','bound':'<=','nelboNatsPerToken':6.25,'standardError':0.05,'checkpoint':'s3://store/trainings/t/manifest.json','weights':'s3://store/trainings/t/model.safetensors'}]}"));
  }

  @Test
  void aRunIsToldOnceHoweverManyOthersWereToldSince() throws Exception {
    long id = publishing.publish(run("r", "one")).id();
    for (int other = 0; other < 250; other++) {
      airflow.events.add(
          0, airflow.events.get(0).deepCopy().put("id", 1000 + other).putNull("extra"));
    }
    assertThat(publishing.publish(run("r", "one")).found()).isTrue();
    assertThat(publishing.publish(run("r", "one")).id()).isEqualTo(id);
    assertThat(airflow.events).hasSize(251);
  }

  @Test
  void otherScoresOfTheSameRunAreNewsAndAnotherReportOfThemIsNot() throws Exception {
    publishing.publish(run("r", "one"));
    assertThat(publishing.publish(run("r", "two")).found()).isTrue();
    assertThat(publishing.publish(run("r", "three", 6.125)).found()).isFalse();
    assertThat(publishing.publish(run("s", "one")).found()).isFalse();
    assertThat(airflow.events).hasSize(3);
  }

  @Test
  void anEventWhoseAnswerWasLostIsFoundAndNotToldAgain() throws Exception {
    airflow.loseAnswer = true;
    assertThat(publishing.publish(run("r", "one")).found()).isTrue();
    assertThat(airflow.events).hasSize(1);
  }

  @Test
  void anAssetThatNoDagNamesIsRefused() {
    assertThatThrownBy(() -> publishing.require("s3://primeline/run"))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("publish.airflowAsset: no DAG of Airflow at")
        .hasMessageContaining("names an asset s3://primeline/run,");
  }
}
