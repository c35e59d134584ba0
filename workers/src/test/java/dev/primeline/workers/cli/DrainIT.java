package dev.primeline.workers.cli;

import static dev.primeline.workers.cli.RealCluster.json;
import static dev.primeline.workers.cli.RealCluster.start;
import static org.assertj.core.api.Assertions.assertThat;

import dev.primeline.workers.cli.ChildProcesses.Child;
import dev.primeline.workflows.pretraining.PretrainingResult;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowStub;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A queue of small runs. {@code -Dprimeline.drain=200} asks for as many, and then also that the
 * memory of the process that runs the workflows stays what it was after a quarter of them.
 */
class DrainIT {

  private static final int RUNS = Integer.getInteger("primeline.drain", 8);

  /** The steps of all runs are queued one behind the other: the first run ends late, too. */
  private static final int MINUTES = 4 + RUNS / 10;

  @TempDir Path folder;

  @Test
  void runsThatWereQueuedAtOnceAllEndAndLeaveNoMemoryBehind() throws Exception {
    try (RealCluster cluster = new RealCluster(folder)) {
      Child orchestrator = cluster.worker("orchestrator", List.of("-Xmx256m"), Map.of());
      var unused = cluster.worker("cpu,gpu");
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
      long early = 0;
      for (int done = 0; done < RUNS; done++) {
        PretrainingResult result =
            runs.get(done).getResult(MINUTES, TimeUnit.MINUTES, PretrainingResult.class);
        assertThat(result.families()).hasSize(1);
        if (done == RUNS / 4) {
          early = residentKilobytes(orchestrator);
        }
      }
      assertThat(cluster.store().trainings()).hasSize(RUNS);
      assertThat(client.countWorkflows("ExecutionStatus = 'Running'").getCount()).isZero();
      if (RUNS >= 200) {
        long late = residentKilobytes(orchestrator);
        System.out.printf(
            "orchestrator: %d KB after %d runs, %d KB at the end%n", early, RUNS / 4, late);
        assertThat(late).isLessThanOrEqualTo(early * 11 / 10);
      }
    }
  }

  private static long residentKilobytes(Child child) throws IOException {
    return Files.readAllLines(Path.of("/proc/%d/status".formatted(child.process().pid()))).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
