package dev.primeline.workers.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.primeline.workers.cli.ChildProcesses.Child;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Client and workers as processes of their own, on a Temporal server that they reach by gRPC. */
@Tag("slow")
class ClusterRunTest {

  private static final int STEPS = 200;
  private static final int CHECKPOINT_EVERY = 20;

  @TempDir Path folder;

  private LoopbackTemporal temporal;
  private ChildProcesses processes;
  private StoredRun store;

  @BeforeEach
  void startServer() throws Exception {
    temporal = new LoopbackTemporal();
    processes = new ChildProcesses(folder);
    store = new StoredRun(folder.resolve("store"));
  }

  @AfterEach
  void leaveNothingBehind() throws Exception {
    processes.close();
    temporal.close();
  }

  @Test
  void aRunWaitsForWorkersOutlivesItsClientAndIsFoundAgain() throws Exception {
    Files.writeString(folder.resolve("book.txt"), "one line of text after another\n\n".repeat(999));
    List<String> text = List.of("--corpus=book.txt", "--set=corpus.tokenizer=bytes");
    Instant began = Instant.now();
    Child client = run(text);
    client.until(() -> client.words().contains("no worker"));
    // Ten seconds of its own, and what a JVM takes to start beside other tests.
    assertThat(Duration.between(began, Instant.now())).isLessThan(Duration.ofSeconds(20));
    assertThat(client.words())
        .contains("queue primeline, primeline-cpu, primeline-gpu (")
        .contains("primeline worker --role orchestrator,cpu,gpu\n");

    // It was named from the client's working folder, and is found from another.
    worker(Files.createDirectory(folder.resolve("elsewhere")), "orchestrator,cpu");
    client.until(() -> client.words().contains("queue primeline-gpu ("));
    worker(folder, "gpu");
    client.until(() -> !store.manifests(CHECKPOINT_EVERY).isEmpty());
    client.interrupt();
    assertThat(client.exit(Duration.ofSeconds(5))).as(client.words()).isEqualTo(128 + 2);
    assertThat(client.words())
        .endsWith("goes on without this process; the same command follows it\n");
    String execution = temporal.execution(runId(client));
    assertThat(store.manifests(STEPS)).isEmpty();

    Child again = run(text);
    assertThat(again.exit()).as(again.words()).isZero();
    assertThat(again.words()).contains("NELBO", "result  ", "report  ");
    assertThat(folder.resolve("out/result.json")).isNotEmptyFile();
    assertThat(runId(again)).isEqualTo(runId(client));
    assertThat(temporal.execution(runId(again))).isEqualTo(execution);
  }

  @Test
  void aTrainingHandedOverByALeavingWorkerEndsWithTheBytesOfAnEmbeddedRun() throws Exception {
    worker(folder, "orchestrator,cpu");
    Child leaving = worker(folder, "gpu");
    Child client = run(List.of());
    leaving.until(() -> !store.manifests(CHECKPOINT_EVERY).isEmpty());
    leaving.terminate();
    assertThat(leaving.exit(Duration.ofSeconds(20))).as(leaving.words()).isEqualTo(128 + 15);
    List<Path> left = store.manifests();
    assertThat(store.manifests(STEPS)).isEmpty();
    // What it left it left once: no family was begun, stopped and begun again meanwhile.
    assertThat(left.stream().map(StoredRun::stepOf)).doesNotHaveDuplicates();

    worker(folder, "gpu");
    assertThat(client.exit()).as(client.words()).isZero();
    assertThat(store.manifests()).containsAll(left);
    StoredRun embedded = new StoredRun(folder.resolve("embedded"));
    Child here = processes.start(Map.of(), arguments(embedded.folder(), List.of()));
    assertThat(here.exit()).as(here.words()).isZero();
    assertThat(store.digests(STEPS)).isEqualTo(embedded.digests(STEPS)).hasSize(3 * 2);
  }

  private Child worker(Path workingFolder, String roles) throws Exception {
    return processes.start(workingFolder, cluster(), List.of("worker", "--role=" + roles));
  }

  private Child run(List<String> more) throws Exception {
    return processes.start(cluster(), arguments(folder.resolve("out"), more));
  }

  private Map<String, String> cluster() {
    return Map.of(
        "TEMPORAL_ADDRESS", temporal.address(),
        "PRIMELINE_STORE", store.folder().toString(),
        "PRIMELINE_DATA_ROOTS", folder.toString());
  }

  private static List<String> arguments(Path output, List<String> more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "run",
                "--preset=smoke",
                "--families=mdm,prime-v2",
                "--steps=" + STEPS,
                "--set=training.checkpointEvery=" + CHECKPOINT_EVERY,
                "--set=training.keepLast=0",
                "--output=" + output));
    arguments.addAll(more);
    return arguments;
  }

  /** What the first line says: {@code run smoke-0123abcd}. */
  private static String runId(Child client) throws Exception {
    return client.words().lines().findFirst().orElseThrow().substring("run ".length());
  }
}
