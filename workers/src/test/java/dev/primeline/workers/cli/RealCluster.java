package dev.primeline.workers.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.workers.cli.ChildProcesses.Child;
import dev.primeline.workers.worker.Stores;
import dev.primeline.workers.worker.TemporalConnection;
import dev.primeline.workers.worker.TemporalProfile;
import dev.primeline.workers.worker.WorkerSettings;
import dev.primeline.workflows.pretraining.PretrainingProgress;
import dev.primeline.workflows.steps.Queues;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowServiceException;
import io.temporal.client.WorkflowStub;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;

/**
 * A real Temporal server, a real S3 server, and Primeline's processes around them, each with a
 * cache of its own as each machine has.
 */
final class RealCluster implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(15);

  /** The bucket that the S3 server has. */
  private static final String BUCKET = "s3://primeline";

  /** What the S3 server wants to be shown. */
  static final String S3_SECRET = "primeline-dev";

  private final Path folder;
  private final ChildProcesses processes;
  private final DevServer temporal;
  private final DevServer s3;
  private final List<TemporalConnection> connections = new ArrayList<>();
  private int machines;

  RealCluster(Path folder) throws IOException, InterruptedException {
    DevServer.requirePrograms(folder);
    this.folder = folder;
    processes = new ChildProcesses(folder);
    temporal = DevServer.temporal(folder);
    s3 = DevServer.s3(folder);
  }

  DevServer temporal() {
    return temporal;
  }

  /** Where the Temporal UI is. */
  String ui() {
    return "http://127.0.0.1:" + (temporal.port() + 1000);
  }

  /** The store, as the files in which the S3 server keeps its objects. */
  StoredRun store() {
    return new StoredRun(s3.folder().resolve("primeline/it"));
  }

  /** The settings of a process on a machine of its own. */
  Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>();
    settings.put("TEMPORAL_ADDRESS", "127.0.0.1:" + temporal.port());
    settings.put("PRIMELINE_STORE", BUCKET + "/it");
    settings.put("PRIMELINE_DATA_ROOTS", folder + ":" + BUCKET + "/corpora");
    settings.put("PRIMELINE_DEVICE", "cpu");
    settings.putAll(s3Settings());
    return settings;
  }

  /** How a machine reaches the S3 server. */
  private Map<String, String> s3Settings() {
    return Map.of(
        "PRIMELINE_S3_ENDPOINT",
        "http://127.0.0.1:" + s3.port(),
        "PRIMELINE_S3_PATH_STYLE",
        "true",
        "PRIMELINE_CACHE",
        folder.resolve("machine-" + machines++).toString(),
        "AWS_REGION",
        "us-east-1",
        "AWS_ACCESS_KEY_ID",
        "primeline",
        "AWS_SECRET_ACCESS_KEY",
        S3_SECRET);
  }

  /** Puts a file into the bucket, as whoever owns the text does; its address is BUCKET/key. */
  void upload(String key, Path file) throws IOException {
    // A client of this process finds the credentials nowhere else.
    System.setProperty("aws.accessKeyId", "primeline");
    System.setProperty("aws.secretAccessKey", S3_SECRET);
    Map<String, String> settings = new HashMap<>(s3Settings());
    settings.put("PRIMELINE_STORE", BUCKET);
    try (ArtifactStore bucket = Stores.open(WorkerSettings.from(settings), folder)) {
      var unused = bucket.put(key, file);
    }
  }

  Child worker(String roles) throws IOException {
    return worker(roles, List.of(), Map.of());
  }

  Child worker(String roles, List<String> jvm, Map<String, String> more) throws IOException {
    Map<String, String> settings = settings();
    settings.putAll(more);
    return processes.start(jvm, folder, settings, List.of("worker", "--role=" + roles));
  }

  /** A command on a machine that only asks. */
  Child command(String... arguments) throws IOException {
    return processes.start(settings(), List.of(arguments));
  }

  /** The same experiment in one process and a folder, without Temporal's server and undisturbed. */
  StoredRun undisturbed(String name, String... options) throws Exception {
    StoredRun run = new StoredRun(folder.resolve(name));
    List<String> arguments = new ArrayList<>(List.of("run", "--output=" + run.folder()));
    arguments.addAll(List.of(options));
    Child here = processes.start(s3Settings(), arguments);
    assertThat(here.exit(PATIENCE)).as(here.words()).isZero();
    return run;
  }

  /** A client of the namespace {@code default}. */
  WorkflowClient client() throws IOException {
    return client("default");
  }

  WorkflowClient client(String namespace) throws IOException {
    Map<String, String> settings = settings();
    settings.put("TEMPORAL_NAMESPACE", namespace);
    TemporalConnection connection =
        new TemporalConnection(TemporalProfile.from(settings).orElseThrow(), PATIENCE);
    connections.add(connection);
    return connection.client();
  }

  /** Starts a run as the form of the UI does. */
  static WorkflowStub start(WorkflowClient client, String id, @Nullable JsonNode typed) {
    WorkflowStub run =
        client.newUntypedWorkflowStub(
            "Pretraining",
            WorkflowOptions.newBuilder()
                .setWorkflowId(id)
                .setTaskQueue(Queues.ORCHESTRATION)
                .build());
    run.start(typed);
    return run;
  }

  static JsonNode json(String text) throws IOException {
    return JSON.readTree(text);
  }

  /** The step of the newest checkpoint that the run knows of; -1 before the first. */
  static long committed(WorkflowStub run) {
    return progress(run).stream()
        .flatMap(known -> known.trainings().stream())
        .mapToLong(training -> training.checkpointStep())
        .max()
        .orElse(-1);
  }

  /** What a run answers; nothing while no worker is free to. */
  static Optional<PretrainingProgress> progress(WorkflowStub run) {
    try {
      return Optional.of(run.query("progress", PretrainingProgress.class));
    } catch (WorkflowServiceException notNow) {
      return Optional.empty();
    }
  }

  /** The training of a run of one family that is under way. */
  static WorkflowStub training(WorkflowClient client, WorkflowStub run) {
    return client.newUntypedWorkflowStub(
        run.describe().getRawDescription().getPendingChildren(0).getWorkflowId());
  }

  /** Waits until the run has a checkpoint of this step or a later one. */
  static void untilCommitted(WorkflowStub run, long step) {
    patiently().until(() -> committed(run) >= step);
  }

  /** Waits long: servers, workers and a browser share a machine that may be busy besides. */
  static ConditionFactory patiently() {
    return await().atMost(PATIENCE);
  }

  @Override
  public void close() throws InterruptedException {
    connections.forEach(TemporalConnection::close);
    processes.close();
    temporal.close();
    s3.close();
  }
}
