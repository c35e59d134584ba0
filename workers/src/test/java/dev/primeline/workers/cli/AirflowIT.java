package dev.primeline.workers.cli;

import static dev.primeline.workers.cli.RealCluster.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.primeline.activities.airflow.AirflowClient;
import dev.primeline.activities.airflow.AirflowSettings;
import dev.primeline.workers.cli.ChildProcesses.Child;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.pretraining.PretrainingResult;
import io.temporal.api.enums.v1.PendingActivityState;
import io.temporal.api.workflow.v1.PendingActivityInfo;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowStub;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Runs between a real Airflow and a real Temporal server, both ways, and what goes wrong there. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AirflowIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final String PUBLISH = "\"publish\": {\"airflowAsset\": \"s3://primeline/runs\"}";

  /** So brief that a run that waits must log in again. */
  private static final int TOKEN_SECONDS = 15;

  @TempDir static Path folder;

  private RealCluster cluster;
  private LocalAirflow airflow;
  private WorkflowClient client;
  private Child worker;

  @BeforeAll
  void start() throws Exception {
    LocalAirflow.require(folder);
    cluster = new RealCluster(folder);
    Files.writeString(folder.resolve("book.txt"), "a line of a short text\n\n".repeat(2000));
    airflow =
        new LocalAirflow(
            folder,
            Path.of("src/test/resources/airflow").toAbsolutePath(),
            Map.of(
                "AIRFLOW_CONN_PRIMELINE_TEMPORAL",
                "http://127.0.0.1:" + (cluster.temporal().port() + 10),
                "AIRFLOW__API_AUTH__JWT_EXPIRATION_TIME",
                Integer.toString(TOKEN_SECONDS),
                "AIRFLOW__API_AUTH__JWT_LEEWAY",
                "1",
                // A task that went down with Airflow is given up after so long.
                "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT",
                "30"));
    for (String dag : List.of("make_corpus", "primeline_pretraining", "after_pretraining")) {
      airflow.untilKnown(dag);
    }
    for (String dag : List.of("gated_corpus", "failing_corpus", "number_corpus", "paused_corpus")) {
      airflow.untilKnown(dag);
    }
    client = cluster.client();
    worker = worker();
  }

  @AfterAll
  void stop() throws Exception {
    if (airflow != null) {
      airflow.close();
    }
    if (cluster != null) {
      cluster.close();
    }
  }

  private Child worker() throws IOException {
    return cluster.worker("orchestrator,cpu,gpu", List.of(), airflow.settings());
  }

  /** A run of {@code gated_corpus}, whose task goes on when the gate is there. */
  private JsonNode gated(Path gate) throws IOException {
    return json(
        "{\"preset\": \"smoke\", \"families\": [\"mdm\"], %s, \"corpus\": {\"airflow\": {\"dag\": \"gated_corpus\", \"xcom\": \"export/return_value\", \"conf\": {\"gate\": \"%s\", \"text\": \"%s\"}}}}"
            .formatted(PUBLISH, gate, folder.resolve("book.txt")));
  }

  private static JsonNode corpusOf(String dag) throws IOException {
    return json(
        "{\"preset\": \"smoke\", \"families\": [\"mdm\"], \"corpus\": {\"airflow\": {\"dag\": \"%s\", \"xcom\": \"export/return_value\"}}}"
            .formatted(dag));
  }

  @Test
  void aDagStartsARunThatWaitsForAnotherDagAndStartsAThird() throws Exception {
    String spec =
        "{\"preset\": \"smoke\", \"families\": [\"mdm\"], %s, \"corpus\": {\"airflow\": {\"dag\": \"make_corpus\", \"xcom\": \"export/return_value\", \"conf\": {\"folder\": \"%s\"}}}}"
            .formatted(PUBLISH, folder.resolve("corpora"));
    assertThat(
            airflow.send(
                "POST",
                "/dags/primeline_pretraining/dagRuns",
                "{\"dag_run_id\": \"it\", \"logical_date\": null, \"conf\": {\"look_every\": 3, \"spec\": %s}}"
                    .formatted(spec)))
        .isEqualTo(200);
    airflow.until("primeline_pretraining", "success");
    JsonNode result =
        airflow
            .ask(
                "/dags/primeline_pretraining/dagRuns/it/taskInstances/pretrain/xcomEntries/return_value")
            .get("value");
    assertThat(result.toString()).contains("\"primeline_pretraining-it\"");
    assertThat(airflow.states("make_corpus")).containsExactly("success");
    airflow.until("after_pretraining", "success");
    assertThat(events("primeline_pretraining-it")).isEqualTo(1);
  }

  @Test
  void killedWorkersAndARestartOfAirflowChangeNothing() throws Exception {
    Path gate = folder.resolve("gate-of-the-hunted");
    WorkflowStub run = RealCluster.start(client, "hunted-text", gated(gate));
    String dagRun = waiting("hunted-text");
    for (int kill = 1; kill <= 2; kill++) {
      worker.kill();
      worker = worker();
      if (kill == 1) {
        airflow.restart();
      }
      int attempt = kill + 1;
      await().atMost(PATIENCE).until(() -> attempt(run) >= attempt);
    }
    Files.createFile(gate);
    PretrainingResult result = run.getResult(5, TimeUnit.MINUTES, PretrainingResult.class);
    assertThat(result.families()).hasSize(1);
    assertThat(events("hunted-text")).isEqualTo(1);
    assertThat(dagRunsOf("hunted-text")).isEqualTo(1);

    // The same run again asks for no other DAG run and tells nobody twice.
    PretrainingResult again =
        RealCluster.start(client, "hunted-text", gated(gate))
            .getResult(5, TimeUnit.MINUTES, PretrainingResult.class);
    assertThat(again.families()).isEqualTo(result.families());
    assertThat(events("hunted-text")).isEqualTo(1);
    assertThat(dagRunsOf("hunted-text")).isEqualTo(1);
    assertThat(
            airflow.send(
                "POST",
                "/dags/gated_corpus/dagRuns",
                "{\"logical_date\": null, \"dag_run_id\": \"%s\"}".formatted(dagRun)))
        .isEqualTo(409);
  }

  @Test
  void aCancelledRunCancelsItsDagRun() throws Exception {
    WorkflowStub run =
        RealCluster.start(client, "cancelled-text", gated(folder.resolve("no-gate")));
    String dagRun = waiting("cancelled-text");
    run.cancel();
    assertThatThrownBy(() -> run.getResult(2, TimeUnit.MINUTES, PretrainingResult.class))
        .isInstanceOf(WorkflowFailedException.class)
        .hasStackTraceContaining("CanceledFailure");
    assertThat(airflow.ask("/dags/gated_corpus/dagRuns/" + dagRun).get("state").asText())
        .isEqualTo("failed");
  }

  @Test
  void whatIsWrongWithADagOrItsXcomIsToldInOneSentence() throws Exception {
    assertThat(airflow.send("PATCH", "/dags/paused_corpus", "{\"is_paused\": true}"))
        .isEqualTo(200);
    Map<String, String> sentences = new HashMap<>();
    sentences.put("absent_corpus", "knows no DAG absent_corpus");
    sentences.put("paused_corpus", "DAG paused_corpus is paused in Airflow at");
    sentences.put("failing_corpus", "task export failed in try 1, its log is at");
    sentences.put("number_corpus", "is 42 (number), expected the text's address");
    Map<WorkflowStub, String> runs = new HashMap<>();
    for (Map.Entry<String, String> wrong : sentences.entrySet()) {
      WorkflowStub run =
          RealCluster.start(client, "with-" + wrong.getKey(), corpusOf(wrong.getKey()));
      runs.put(run, wrong.getValue());
    }
    runs.forEach(
        (run, sentence) ->
            assertThatThrownBy(() -> run.getResult(5, TimeUnit.MINUTES, PretrainingResult.class))
                .hasStackTraceContaining(sentence));
    WorkflowStub unheard =
        RealCluster.start(
            client,
            "unheard",
            json("{\"preset\": \"smoke\", \"publish\": {\"airflowAsset\": \"s3://nobody\"}}"));
    assertThatThrownBy(() -> unheard.getResult(2, TimeUnit.MINUTES, PretrainingResult.class))
        .hasStackTraceContaining("names an asset s3://nobody");
  }

  @Test
  void aWrongPasswordAndAnExpiredTokenAreToldAndAUserLogsInAgain() throws Exception {
    Map<String, String> wrong = new HashMap<>(airflow.settings());
    AirflowClient known = access(wrong);
    known.requireAccess();
    assertThat(new Checkup(wrong).airflow())
        .isEqualTo(
            Finding.ok("airflow", wrong.get("PRIMELINE_AIRFLOW_URL") + " answers and lets us in"));
    wrong.put("PRIMELINE_AIRFLOW_PASSWORD", "wrong-4711");
    assertThatThrownBy(access(wrong)::requireAccess)
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("PRIMELINE_AIRFLOW_PASSWORD: not that of user admin")
        .hasMessageNotContaining("4711");
    Map<String, String> byToken = new HashMap<>();
    byToken.put("PRIMELINE_AIRFLOW_URL", wrong.get("PRIMELINE_AIRFLOW_URL"));
    byToken.put("PRIMELINE_AIRFLOW_TOKEN", airflow.token());
    AirflowClient brief = access(byToken);
    brief.requireAccess();
    await()
        .atMost(Duration.ofSeconds(4 * TOKEN_SECONDS))
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(
            () ->
                assertThatThrownBy(brief::requireAccess)
                    .isInstanceOf(BadInput.class)
                    .hasMessageContaining("PRIMELINE_AIRFLOW_TOKEN: refused by Airflow"));
    known.requireAccess();
  }

  @Test
  void theServerDescribesItselfAsTheStoredExcerptSays() throws Exception {
    Path root = Path.of(System.getProperty("primeline.root", ".."));
    Path said = folder.resolve("openapi.json");
    Process cut =
        new ProcessBuilder(
                "python3",
                root.resolve("infra/airflow/openapi").toString(),
                airflow.settings().get("PRIMELINE_AIRFLOW_URL"))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .redirectOutput(said.toFile())
            .start();
    assertThat(cut.waitFor()).isZero();
    Path stored = root.resolve("activities/src/test/resources/airflow/openapi.json");
    assertThat(JSON.readTree(said.toFile())).isEqualTo(JSON.readTree(stored.toFile()));
  }

  private static AirflowClient access(Map<String, String> settings) {
    return new AirflowClient(AirflowSettings.from(settings).orElseThrow());
  }

  /** Waits until a run's DAG run has begun; gives its id. */
  private String waiting(String run) {
    String prefix = "primeline-" + run + "-";
    return await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () ->
                airflow
                    .ask("/dags/gated_corpus/dagRuns")
                    .get("dag_runs")
                    .findValuesAsText("dag_run_id")
                    .stream()
                    .filter(id -> id.startsWith(prefix))
                    .findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  private long dagRunsOf(String run) throws Exception {
    return airflow
        .ask("/dags/gated_corpus/dagRuns")
        .get("dag_runs")
        .findValuesAsText("dag_run_id")
        .stream()
        .filter(id -> id.startsWith("primeline-" + run + "-"))
        .count();
  }

  /** How many events tell of a run. */
  private long events(String run) throws Exception {
    return airflow.ask("/assets/events?limit=100").findValuesAsText("workflowId").stream()
        .filter(run::equals)
        .count();
  }

  /** Which attempt waits for the DAG; 0 for none. */
  private static int attempt(WorkflowStub run) {
    return run.describe().getRawDescription().getPendingActivitiesList().stream()
        .filter(activity -> activity.getActivityType().getName().equals("AwaitDag"))
        .filter(
            activity -> activity.getState() == PendingActivityState.PENDING_ACTIVITY_STATE_STARTED)
        .mapToInt(PendingActivityInfo::getAttempt)
        .max()
        .orElse(0);
  }
}
