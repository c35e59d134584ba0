package dev.primeline.workers.cli;

import static dev.primeline.workers.cli.RealCluster.json;
import static dev.primeline.workers.cli.RealCluster.start;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.primeline.workers.cli.ChildProcesses.Child;
import dev.primeline.workflows.pretraining.PretrainingResult;
import dev.primeline.workflows.steps.Queues;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowStub;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A queue of small runs. {@code -Dprimeline.drain=200} asks for as many, and then also that the
 * memory of the process that runs the workflows stays what it was after a quarter of them; {@code
 * target/it/OPERATIONS.md} is what was found.
 */
class DrainIT {

  private static final int RUNS = Integer.getInteger("primeline.drain", 8);
  private static final int MANY = 200;
  private static final int CPU_ACTIVITIES = 2;

  private static final Duration PATIENCE = Duration.ofMinutes(10 + RUNS / 2);

  /** As the launcher starts Java. */
  private static final List<String> LAUNCHED =
      List.of("-Xms48m", "-XX:NewSize=32m", "-XX:MinHeapFreeRatio=10", "-XX:MaxHeapFreeRatio=30");

  private static final Map<String, String> ONE_ARENA = Map.of("MALLOC_ARENA_MAX", "1");

  @TempDir Path folder;

  @Test
  void runsThatWereQueuedAtOnceAllEndOneToADeviceAndLeaveNoMemoryBehind() throws Exception {
    try (RealCluster cluster = new RealCluster(folder)) {
      Child orchestrator = cluster.worker("orchestrator", LAUNCHED, ONE_ARENA);
      var unused =
          cluster.worker(
              "cpu,gpu",
              List.of(),
              Map.of("PRIMELINE_CPU_ACTIVITIES", Integer.toString(CPU_ACTIVITIES)));
      WorkflowClient client = cluster.client();
      List<WorkflowStub> runs = new ArrayList<>();
      for (int seed = 1; seed <= RUNS; seed++) {
        runs.add(
            start(
                client,
                "queued-" + seed,
                json(
                    "{\"preset\": \"smoke\", \"families\": [\"arm\"], \"seed\": %d, \"training\": {\"steps\": 20}}"
                        .formatted(seed))));
      }
      DrainPage page = new DrainPage(RUNS);
      Instant began = Instant.now();
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofSeconds(1))
          .failFast(
              "none fails", () -> count(client, "ExecutionStatus != 'Running'") > ended(client))
          .until(
              () -> {
                assertThat(orchestrator.process().isAlive()).as(orchestrator.words()).isTrue();
                int ended = ended(client);
                page.add(
                    ended, Duration.between(began, Instant.now()), residentKilobytes(orchestrator));
                return ended == RUNS;
              });
      for (WorkflowStub run : runs) {
        assertThat(run.getResult(PretrainingResult.class).families()).hasSize(1);
      }
      assertThat(cluster.store().trainings()).hasSize(RUNS);
      assertThat(count(client, "ExecutionStatus = 'Running'")).isZero();
      assertThat(new ActivitySpans(client, Queues.GPU).mostAtOnce()).isEqualTo(1);
      assertThat(new ActivitySpans(client, Queues.CPU).mostAtOnce()).isEqualTo(CPU_ACTIVITIES);
      if (RUNS >= MANY) {
        page.write();
        assertThat(page.kilobytes(RUNS)).isLessThanOrEqualTo(page.kilobytes(RUNS / 4) * 11 / 10);
      }
    }
  }

  private static int ended(WorkflowClient client) {
    return count(client, "ExecutionStatus = 'Completed'");
  }

  private static int count(WorkflowClient client, String which) {
    return Math.toIntExact(
        client.countWorkflows("WorkflowType = 'Pretraining' AND " + which).getCount());
  }

  private static long residentKilobytes(Child child) throws IOException {
    return Files.readAllLines(Path.of("/proc/%d/status".formatted(child.process().pid()))).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
