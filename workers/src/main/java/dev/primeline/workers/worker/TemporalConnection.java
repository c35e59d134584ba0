package dev.primeline.workers.worker;

import com.uber.m3.tally.NoopScope;
import com.uber.m3.tally.Scope;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.steps.PayloadLimit;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/** A connection to the Temporal server that a {@link TemporalProfile} names. */
public final class TemporalConnection implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Machines that start together: workers are up before their server. */
  private static final Duration WORKER_PATIENCE = Duration.ofMinutes(1);

  private final WorkflowServiceStubs stubs;
  private final WorkflowClient client;
  private final String serverVersion;

  /**
   * Connects to the server of the environment.
   *
   * @throws BadInput when the environment names none, or the server refuses this configuration
   * @throws IOException when no server answers at the address within 10 seconds
   */
  public TemporalConnection(Map<String, String> environment) throws IOException {
    this(required(environment), PATIENCE, new NoopScope());
  }

  /**
   * The same for a worker, which counts what it asks and how long that takes.
   *
   * @throws BadInput when the environment names none, or the server refuses this configuration
   * @throws IOException when no server answers at the address within a minute
   */
  public TemporalConnection(Map<String, String> environment, WorkerMetrics metrics)
      throws IOException {
    this(required(environment), WORKER_PATIENCE, metrics.temporal());
  }

  /**
   * Connects.
   *
   * @param patience how long a server may take to answer
   * @throws BadInput when the server refuses this configuration: TLS, key or namespace
   * @throws IOException when no server answers in time
   */
  public TemporalConnection(TemporalProfile profile, Duration patience) throws IOException {
    this(profile, patience, new NoopScope());
  }

  private TemporalConnection(TemporalProfile profile, Duration patience, Scope metrics)
      throws IOException {
    stubs =
        WorkflowServiceStubs.newServiceStubs(
            profile.stubs().setMetricsScope(metrics).validateAndBuildWithDefaults());
    try {
      serverVersion = new ServerCheck(stubs, profile, patience).version();
    } catch (IOException | RuntimeException e) {
      stubs.shutdownNow();
      throw e;
    }
    client =
        WorkflowClient.newInstance(
            stubs,
            WorkflowClientOptions.newBuilder()
                .setDataConverter(PayloadLimit.dataConverter())
                .setNamespace(profile.namespace())
                .build());
  }

  private static TemporalProfile required(Map<String, String> environment) {
    return TemporalProfile.from(environment)
        .orElseThrow(
            () ->
                new BadInput("TEMPORAL_ADDRESS: not set, expected host:port of a Temporal server"));
  }

  /** The client, in the namespace of the environment. */
  public WorkflowClient client() {
    return client;
  }

  /** What the server says of itself; empty when it says nothing. */
  public String serverVersion() {
    return serverVersion;
  }

  @Override
  public void close() {
    stubs.shutdownNow();
  }
}
