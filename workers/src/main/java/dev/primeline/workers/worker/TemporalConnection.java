package dev.primeline.workers.worker;

import io.temporal.client.WorkflowClient;
import io.temporal.envconfig.ClientConfigProfile;
import io.temporal.envconfig.LoadClientConfigProfileOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;

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
   * @throws IOException when no server answers at the address within 10 seconds
   */
  public TemporalConnection(Map<String, String> environment) throws IOException {
    ClientConfigProfile profile =
        ClientConfigProfile.load(
            LoadClientConfigProfileOptions.newBuilder().setEnvOverrides(environment).build());
    stubs =
        WorkflowServiceStubs.newServiceStubs(
            WorkflowServiceStubsOptions.newBuilder(profile.toWorkflowServiceStubsOptions())
                .validateAndBuildWithDefaults());
    try {
      stubs.connect(PATIENCE);
    } catch (RuntimeException e) {
      stubs.shutdownNow();
      throw new IOException(
          "TEMPORAL_ADDRESS: no Temporal server answers at %s within %d s, expected a running one"
              .formatted(profile.getAddress(), PATIENCE.toSeconds()),
          e);
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
