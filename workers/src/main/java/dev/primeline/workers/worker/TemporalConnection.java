package dev.primeline.workers.worker;

import dev.primeline.workflows.experiment.BadInput;
import io.temporal.client.WorkflowClient;
import io.temporal.envconfig.ClientConfigProfile;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.io.IOException;
import java.time.Duration;

/**
 * A connection to the Temporal server that Temporal's own environment names: TEMPORAL_ADDRESS,
 * TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_TLS and its configuration file, read as the
 * temporal CLI reads them.
 */
public final class TemporalConnection implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final WorkflowServiceStubs stubs;
  private final WorkflowClient client;

  /**
   * Connects.
   *
   * @throws BadInput when no server answers at the address within 10 seconds
   */
  public TemporalConnection() throws IOException {
    ClientConfigProfile profile = ClientConfigProfile.load();
    stubs =
        WorkflowServiceStubs.newServiceStubs(
            WorkflowServiceStubsOptions.newBuilder(profile.toWorkflowServiceStubsOptions())
                .validateAndBuildWithDefaults());
    try {
      stubs.connect(PATIENCE);
    } catch (RuntimeException e) {
      stubs.shutdownNow();
      throw new BadInput(
          "TEMPORAL_ADDRESS: no Temporal server answers at %s within %d s"
              .formatted(profile.getAddress(), PATIENCE.toSeconds()));
    }
    client = WorkflowClient.newInstance(stubs, profile.toWorkflowClientOptions());
  }

  /** The client, in the namespace of the environment. */
  public WorkflowClient client() {
    return client;
  }

  @Override
  public void close() {
    stubs.shutdownNow();
  }
}
