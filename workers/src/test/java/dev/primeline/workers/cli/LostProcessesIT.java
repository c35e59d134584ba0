package dev.primeline.workers.cli;

import static dev.primeline.workers.cli.RealCluster.committed;
import static dev.primeline.workers.cli.RealCluster.json;
import static dev.primeline.workers.cli.RealCluster.patiently;
import static dev.primeline.workers.cli.RealCluster.start;
import static dev.primeline.workers.cli.RealCluster.untilCommitted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.primeline.workers.cli.ChildProcesses.Child;
import dev.primeline.workflows.pretraining.PretrainingResult;
import io.temporal.api.workflow.v1.PendingActivityInfo;
import io.temporal.client.WorkflowStub;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes die and are started again, as whoever operates them does it; nobody tells the run.
 *
 * <p>What a lost worker was doing is given to another one when it has been silent for a minute.
 */
class LostProcessesIT {

  private static final int STEPS = 2000;
  private static final int CHECKPOINT_EVERY = 100;
  private static final int LINES = 400_000;

  @TempDir Path folder;

  @Test
  void everyWorkerAndTheServerAreKilledOnceAndTheRunEndsWithTheBytesOfAnUndisturbedOne()
      throws Exception {
    Path text = text();
    try (RealCluster cluster = new RealCluster(folder)) {
      Child orchestrator = cluster.worker("orchestrator");
      List<Child> cpu = new ArrayList<>(List.of(cluster.worker("cpu"), cluster.worker("cpu")));
      List<Child> gpu = new ArrayList<>(List.of(cluster.worker("gpu"), cluster.worker("gpu")));
      WorkflowStub run =
          start(
              cluster.client(),
              "hunted",
              json(
                  "{\"preset\": \"smoke\", \"families\": [\"mdm\", \"prime-v2\"], \"corpus\": {\"uri\": \"%s\", \"tokenizer\": \"bytes\"}, \"training\": {\"steps\": %d, \"checkpointEvery\": %d}}"
                      .formatted(text, STEPS, CHECKPOINT_EVERY)));

      Child preparing =
          patiently().until(() -> atWork(run, cpu), Optional::isPresent).orElseThrow();
      preparing.kill();
      cpu.remove(preparing);
      cpu.add(cluster.worker("cpu"));

      untilCommitted(run, CHECKPOINT_EVERY);
      cluster.temporal().killAndRestart();
      untilCommitted(run, committed(run) + CHECKPOINT_EVERY);
      orchestrator.kill();
      var unused = cluster.worker("orchestrator");
      untilCommitted(run, committed(run) + CHECKPOINT_EVERY);
      assertThat(cluster.store().manifests(STEPS)).isEmpty();
      for (Child device : gpu) {
        device.kill();
      }
      cpu.get(0).kill();
      for (String role : List.of("gpu", "gpu", "cpu")) {
        var another = cluster.worker(role);
        assertThat(another.process().isAlive()).isTrue();
      }

      PretrainingResult result = run.getResult(15, TimeUnit.MINUTES, PretrainingResult.class);
      assertThat(result.families()).hasSize(2);
      StoredRun undisturbed =
          cluster.undisturbed(
              "undisturbed",
              "--preset=smoke",
              "--families=mdm,prime-v2",
              "--corpus=" + text,
              "--set=corpus.tokenizer=bytes",
              "--steps=" + STEPS,
              "--set=training.checkpointEvery=" + CHECKPOINT_EVERY);
      assertThat(cluster.store().digests(STEPS))
          .isEqualTo(undisturbed.digests(STEPS))
          .hasSize(2 * 3);
    }
  }

  /** Enough of it that preparing takes seconds. */
  private Path text() throws IOException {
    Path text = folder.resolve("book.txt");
    StringBuilder lines = new StringBuilder();
    for (int line = 0; line < LINES; line++) {
      lines.append("line ").append(line * 7919L % LINES).append(" of a long text\n\n");
    }
    return Files.writeString(text, lines);
  }

  /** The process that does something of the run, by the number at the end of its identity. */
  private static Optional<Child> atWork(WorkflowStub run, List<Child> workers) {
    for (PendingActivityInfo activity :
        run.describe().getRawDescription().getPendingActivitiesList()) {
      for (Child worker : workers) {
        if (activity.getLastWorkerIdentity().endsWith("/" + worker.process().pid())) {
          return Optional.of(worker);
        }
      }
    }
    return Optional.empty();
  }
}
