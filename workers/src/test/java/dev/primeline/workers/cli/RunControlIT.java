package dev.primeline.workers.cli;

import static dev.primeline.workers.cli.RealCluster.committed;
import static dev.primeline.workers.cli.RealCluster.json;
import static dev.primeline.workers.cli.RealCluster.patiently;
import static dev.primeline.workers.cli.RealCluster.start;
import static dev.primeline.workers.cli.RealCluster.training;
import static dev.primeline.workers.cli.RealCluster.untilCommitted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.primeline.workers.cli.ChildProcesses.Child;
import dev.primeline.workflows.pretraining.PretrainingResult;
import io.temporal.api.enums.v1.EventType;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.api.workflowservice.v1.ResetWorkflowExecutionRequest;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowExecutionAlreadyStarted;
import io.temporal.client.WorkflowStub;
import io.temporal.failure.CanceledFailure;
import io.temporal.failure.TerminatedFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person may do to a run from the Temporal UI, on a real server. */
class RunControlIT {

  private static final int STEPS = 1200;
  private static final int CHECKPOINT_EVERY = 60;
  private static final Duration PATIENCE = Duration.ofMinutes(8);
  private static final String KEY = "temporal-secret-83c1";

  @TempDir static Path folder;

  private static RealCluster cluster;
  private static WorkflowClient client;

  @BeforeAll
  static void startServersAndAWorker() throws Exception {
    cluster = new RealCluster(folder);
    client = cluster.client();
    // This server asks for no key and is not hidden by TLS; the worker shows what it was given.
    var unused =
        cluster.worker(
            "orchestrator,cpu,gpu",
            List.of(),
            Map.of("TEMPORAL_API_KEY", KEY, "TEMPORAL_TLS", "false"));
  }

  @AfterAll
  static void leaveNothingBehind() throws InterruptedException {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void aPausedRunFreesItsDeviceAndAStoppedOneIsTakenUpAgain() throws Exception {
    WorkflowStub run = start(client, "paused", experiment(1));
    untilCommitted(run, CHECKPOINT_EVERY);
    String hash = training(client, run).getExecution().getWorkflowId().split("/", -1)[1];
    run.update("pause", Void.class);
    patiently().until(() -> activities(training(client, run)).isEmpty());
    long saved = cluster.store().committed(hash);
    assertThatThrownBy(() -> run.update("pause", Void.class))
        .hasStackTraceContaining("this run is paused already, expected a run that is under way");
    assertThat(cluster.store().committed(hash)).isEqualTo(saved).isLessThan(STEPS);

    run.update("resume", Void.class);
    assertThatThrownBy(() -> run.update("resume", Void.class))
        .hasStackTraceContaining("this run is not paused, expected a paused run");
    untilCommitted(run, saved + CHECKPOINT_EVERY);
    run.update("stopAfterCheckpoint", Void.class);
    assertThatThrownBy(() -> result(run))
        .hasStackTraceContaining("mdm: stopped as asked, last checkpoint: step ");

    result(start(client, "paused", experiment(1)));
    requireUndisturbedBytes(1);
  }

  @Test
  void aRunThatIsCancelledTerminatedAndResetEndsWithTheBytesOfAnUndisturbedOne() throws Exception {
    WorkflowStub cancelled = start(client, "disturbed", experiment(2));
    untilCommitted(cancelled, CHECKPOINT_EVERY);
    cancelled.cancel();
    assertThatThrownBy(() -> result(cancelled)).hasRootCauseInstanceOf(CanceledFailure.class);

    WorkflowStub terminated = start(client, "disturbed", experiment(2));
    untilCommitted(terminated, 5 * CHECKPOINT_EVERY);
    terminated.terminate("enough");
    assertThatThrownBy(() -> result(terminated)).hasRootCauseInstanceOf(TerminatedFailure.class);

    WorkflowStub again = start(client, "disturbed", experiment(2));
    untilCommitted(again, 10 * CHECKPOINT_EVERY);
    assertThat(committed(again)).isLessThan(STEPS);
    // To before its training began: the history after that is given up, the training is not.
    reset(again, EventType.EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED);
    PretrainingResult first = result(client.newUntypedWorkflowStub("disturbed"));
    requireUndisturbedBytes(2);

    // A run that is done is scored and reported again, and finds the rest.
    reset(
        client.newUntypedWorkflowStub("disturbed"),
        EventType.EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED);
    assertThat(result(client.newUntypedWorkflowStub("disturbed")).families())
        .isEqualTo(first.families());
  }

  @Test
  void branchesOfARunBeginInItsPlaceAndTheRunStaysAsItIs() throws Exception {
    WorkflowStub run = start(client, "grown", experiment(3));
    untilCommitted(run, CHECKPOINT_EVERY);
    assertThatThrownBy(() -> run.update("extend", String.class, json("{\"step\": 1300}")))
        .hasStackTraceContaining("did you mean \"steps\"?");
    assertThatThrownBy(
            () -> run.update("changeLearningRate", String.class, json("{\"learningRate\": -1}")))
        .hasStackTraceContaining("learningRate");
    String slower =
        run.update("changeLearningRate", String.class, json("{\"learningRate\": 1e-3}"));
    String longer =
        run.update("extend", String.class, json("{\"steps\": %d}".formatted(STEPS + 100)));
    assertThat(List.of(slower, longer)).doesNotContain("grown").doesNotHaveDuplicates();
    for (String branch : List.of("grown", slower, longer)) {
      assertThat(result(client.newUntypedWorkflowStub(branch)).runId()).isEqualTo(branch);
    }
    requireUndisturbedBytes(3);
    assertThat(cluster.store().manifests(STEPS + 100)).hasSize(1);
  }

  @Test
  void theNameOfARunThatIsUnderWayIsRefusedJoinedAndNeverGivenToAnother() throws Exception {
    WorkflowStub run = start(client, "twice", experiment(4));
    assertThatThrownBy(() -> start(client, "twice", experiment(4)))
        .isInstanceOf(WorkflowExecutionAlreadyStarted.class);
    Child joined =
        cluster.command(
            "run",
            "--preset=smoke",
            "--families=mdm",
            "--seed=4",
            "--steps=" + STEPS,
            "--set=training.checkpointEvery=" + CHECKPOINT_EVERY,
            "--run-id=twice",
            "--output=" + folder.resolve("joined"));
    assertThat(joined.exit()).as(joined.words()).isZero();
    assertThat(client.newUntypedWorkflowStub("twice").describe().getExecution().getRunId())
        .isEqualTo(run.getExecution().getRunId());
    assertThat(folder.resolve("joined/result.json")).content().contains("nelboNatsPerToken");

    WorkflowStub other = start(client, "twice", experiment(5));
    assertThatThrownBy(() -> result(other))
        .hasStackTraceContaining(
            "run twice is on record with another specification (seed is 4 there and 5 here)");
  }

  @Test
  void aTypingErrorFailsTheRunAtOnceAndNamesTheNearestKey() throws Exception {
    WorkflowStub run = start(client, "typo", json("{\"trainning\": {\"steps\": 3}}"));
    assertThatThrownBy(() -> run.getResult(60, TimeUnit.SECONDS, PretrainingResult.class))
        .hasStackTraceContaining("did you mean \"training\"?");
  }

  @Test
  void neitherTheKeyNorTheSecretOfTheStoreStandsInHistoriesOrLogs() throws Exception {
    result(start(client, "discreet", json("{\"preset\": \"smoke\", \"families\": [\"arm\"]}")));
    byte[] history = client.fetchHistory("discreet").getHistory().toByteArray();
    assertThat(new String(history, StandardCharsets.ISO_8859_1))
        .contains("ResolveSpec", "nelboNatsPerToken")
        .doesNotContain(KEY, RealCluster.S3_SECRET);
    // What the server keeps, and what it and the workers said; s3-dev says what to export.
    List<Path> all;
    try (Stream<Path> files = Files.walk(folder, 2)) {
      all =
          files
              .filter(file -> file.getFileName().toString().matches("child.*|temporal[.-].*"))
              .filter(Files::isRegularFile)
              .toList();
    }
    assertThat(all)
        .anyMatch(file -> file.endsWith("temporal.db"))
        .anyMatch(file -> file.endsWith("child-0.log"));
    for (Path file : all) {
      String content = Files.readString(file, StandardCharsets.ISO_8859_1);
      assertThat(content.contains(KEY) || content.contains(RealCluster.S3_SECRET))
          .as(file.toString())
          .isFalse();
    }
  }

  private static JsonNode experiment(int seed) throws IOException {
    return json(
        "{\"preset\": \"smoke\", \"families\": [\"mdm\"], \"seed\": %d, \"training\": {\"steps\": %d, \"checkpointEvery\": %d}}"
            .formatted(seed, STEPS, CHECKPOINT_EVERY));
  }

  private static PretrainingResult result(WorkflowStub run) throws TimeoutException {
    return run.getResult(PATIENCE.toSeconds(), TimeUnit.SECONDS, PretrainingResult.class);
  }

  private static List<?> activities(WorkflowStub run) {
    return run.describe().getRawDescription().getPendingActivitiesList();
  }

  /** Back to the workflow task that led to an event. */
  private static void reset(WorkflowStub run, EventType before) {
    List<HistoryEvent> events =
        client.fetchHistory(run.getExecution().getWorkflowId()).getHistory().getEventsList();
    long point = 0;
    for (HistoryEvent event : events) {
      if (event.getEventType() == before) {
        break;
      }
      if (event.getEventType() == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED) {
        point = event.getEventId();
      }
    }
    var unused =
        client
            .getWorkflowServiceStubs()
            .blockingStub()
            .resetWorkflowExecution(
                ResetWorkflowExecutionRequest.newBuilder()
                    .setNamespace(client.getOptions().getNamespace())
                    .setWorkflowExecution(run.describe().getExecution())
                    .setWorkflowTaskFinishEventId(point)
                    .setRequestId("reset-" + run.describe().getExecution().getRunId())
                    .setReason("tried again from there")
                    .build());
  }

  private static void requireUndisturbedBytes(int seed) throws Exception {
    StoredRun undisturbed =
        cluster.undisturbed(
            "undisturbed-" + seed,
            "--preset=smoke",
            "--families=mdm",
            "--seed=" + seed,
            "--steps=" + STEPS,
            "--set=training.checkpointEvery=" + CHECKPOINT_EVERY);
    assertThat(undisturbed.digests(STEPS)).hasSize(3);
    assertThat(cluster.store().digests(STEPS)).containsAllEntriesOf(undisturbed.digests(STEPS));
  }
}
