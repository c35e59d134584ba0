package dev.primeline.workers.embedded;

import dev.primeline.workflows.steps.PayloadLimit;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.testserver.TestServer;

/**
 * Temporal's in-memory server in this JVM, reached through its in-process channel: no open port,
 * wall-clock time.
 *
 * <p>It has no UI, no schedules and no memory beyond the process, and never notices that a workflow
 * worker died: workflows and server share this JVM's fate. What a killed run had committed is in
 * the store.
 */
public final class EmbeddedTemporal implements AutoCloseable {

  private final TestServer.InProcessTestServer server;
  private final WorkflowServiceStubs stubs;
  private final WorkflowClient client;

  public EmbeddedTemporal() {
    // true: lock time skipping, that is, keep wall-clock time.
    server = TestServer.createServer(true);
    stubs =
        WorkflowServiceStubs.newServiceStubs(
            WorkflowServiceStubsOptions.newBuilder().setChannel(server.getChannel()).build());
    client =
        WorkflowClient.newInstance(
            stubs,
            WorkflowClientOptions.newBuilder()
                .setDataConverter(PayloadLimit.dataConverter())
                .setNamespace("default")
                .build());
  }

  /** A client of the server, in namespace {@code default}. */
  public WorkflowClient client() {
    return client;
  }

  @Override
  public void close() {
    // The server waits five seconds for calls that nobody will answer, such as a query without a
    // worker. The stubs do not end them: the channel is not theirs.
    server.getChannel().shutdownNow();
    stubs.shutdownNow();
    server.close();
  }
}
