package dev.primeline.workers.cli;

import static dev.primeline.workers.cli.RealCluster.committed;
import static dev.primeline.workers.cli.RealCluster.json;
import static dev.primeline.workers.cli.RealCluster.patiently;
import static dev.primeline.workers.cli.RealCluster.start;
import static dev.primeline.workers.cli.RealCluster.untilCommitted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.primeline.workers.cli.ChildProcesses.Child;
import dev.primeline.workflows.pretraining.PretrainingResult;
import io.grpc.StatusRuntimeException;
import io.temporal.api.workflowservice.v1.SetWorkerDeploymentCurrentVersionRequest;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowStub;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run outlives the program that began it, where workers are versioned. */
class VersionedWorkersIT {

  private static final int STEPS = 1500;
  private static final int CHECKPOINT_EVERY = 100;

  @TempDir Path folder;

  @Test
  void aRunMovesToTheCurrentVersionAndEndsThere() throws Exception {
    try (RealCluster cluster = new RealCluster(folder)) {
      WorkflowClient client = cluster.client();
      Child first = worker(cluster, "one");
      makeCurrent(client, "one");
      WorkflowStub run =
          start(
              client,
              "moved",
              json(
                  "{\"preset\": \"smoke\", \"families\": [\"mdm\"], \"training\": {\"steps\": %d, \"checkpointEvery\": %d}}"
                      .formatted(STEPS, CHECKPOINT_EVERY)));
      untilCommitted(run, CHECKPOINT_EVERY);
      assertThat(build(run)).isEqualTo("one");

      Child second = worker(cluster, "two");
      makeCurrent(client, "two");
      first.terminate();
      first.exit();
      assertThat(committed(run)).isLessThan(STEPS);

      PretrainingResult result = run.getResult(5, TimeUnit.MINUTES, PretrainingResult.class);
      assertThat(result.families()).hasSize(1);
      assertThat(build(run)).isEqualTo("two");
      assertThat(second.process().isAlive()).isTrue();
    }
  }

  private static Child worker(RealCluster cluster, String build) throws IOException {
    return cluster.worker(
        "orchestrator,cpu,gpu",
        List.of(),
        Map.of("TEMPORAL_DEPLOYMENT_NAME", "lab", "TEMPORAL_WORKER_BUILD_ID", build));
  }

  /** What {@code temporal worker deployment set-current-version} does, once the worker polls. */
  private static void makeCurrent(WorkflowClient client, String build) {
    patiently()
        .ignoreExceptionsInstanceOf(StatusRuntimeException.class)
        .until(
            () ->
                client
                    .getWorkflowServiceStubs()
                    .blockingStub()
                    .setWorkerDeploymentCurrentVersion(
                        SetWorkerDeploymentCurrentVersionRequest.newBuilder()
                            .setNamespace(client.getOptions().getNamespace())
                            .setDeploymentName("lab")
                            .setBuildId(build)
                            .build())
                    .isInitialized());
  }

  /** The build that took the run's last workflow task. */
  private static String build(WorkflowStub run) {
    return run.describe()
        .getRawDescription()
        .getWorkflowExecutionInfo()
        .getVersioningInfo()
        .getDeploymentVersion()
        .getBuildId();
  }
}
