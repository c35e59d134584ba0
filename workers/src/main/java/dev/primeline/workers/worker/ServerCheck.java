package dev.primeline.workers.worker;

import dev.primeline.workflows.experiment.BadInput;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.api.workflowservice.v1.DescribeNamespaceRequest;
import io.temporal.api.workflowservice.v1.GetSystemInfoRequest;
import io.temporal.serviceclient.WorkflowServiceStubs;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/** Asks a server who it is and whether it has the namespace; says in one sentence why not. */
final class ServerCheck {

  private static final Duration BETWEEN_TRIES = Duration.ofMillis(200);

  private final WorkflowServiceStubs stubs;
  private final TemporalProfile profile;
  private final Duration patience;
  private final long end;

  /**
   * @param patience how long a server may take to be there; one that refuses is not asked again
   */
  ServerCheck(WorkflowServiceStubs stubs, TemporalProfile profile, Duration patience) {
    this.stubs = stubs;
    this.profile = profile;
    this.patience = patience;
    this.end = System.nanoTime() + patience.toNanos();
  }

  /**
   * Waits until the server answers.
   *
   * @return its version; empty when it does not say
   * @throws BadInput when the server answers, but not to this configuration
   * @throws IOException when nobody answers in time
   */
  String version() throws IOException {
    String version =
        answer(
            () ->
                stubs
                    .blockingStub()
                    .withDeadlineAfter(left(), TimeUnit.NANOSECONDS)
                    .getSystemInfo(GetSystemInfoRequest.getDefaultInstance())
                    .getServerVersion());
    try {
      var unused =
          answer(
              () ->
                  stubs
                      .blockingStub()
                      .withDeadlineAfter(left(), TimeUnit.NANOSECONDS)
                      .describeNamespace(
                          DescribeNamespaceRequest.newBuilder()
                              .setNamespace(profile.namespace())
                              .build()));
    } catch (StatusRuntimeException e) {
      // Temporal's in-memory server has no namespaces to describe.
      if (e.getStatus().getCode() != Status.Code.UNIMPLEMENTED) {
        throw e;
      }
    }
    return version;
  }

  private long left() {
    return Math.max(1, end - System.nanoTime());
  }

  private <T> T answer(Supplier<T> question) throws IOException {
    while (true) {
      try {
        return question.get();
      } catch (StatusRuntimeException e) {
        refuse(e);
        if (left() <= BETWEEN_TRIES.toNanos()) {
          throw unreachable(e);
        }
        pause();
      }
    }
  }

  private static void pause() throws InterruptedIOException {
    try {
      TimeUnit.NANOSECONDS.sleep(BETWEEN_TRIES.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for the Temporal server");
    }
  }

  /** Throws when another try would be answered alike. */
  private void refuse(StatusRuntimeException e) throws IOException {
    switch (e.getStatus().getCode()) {
      case DEADLINE_EXCEEDED -> {
        // A question has ten seconds of the client's; the server has all of the patience.
      }
      case UNAVAILABLE -> refuseTls(e);
      case UNAUTHENTICATED, PERMISSION_DENIED ->
          throw new BadInput(
              "TEMPORAL_API_KEY: not authorised for namespace %s at %s (%s), expected %s"
                  .formatted(
                      profile.namespace(),
                      profile.address(),
                      e.getStatus().getCode(),
                      profile.identifies()
                          ? "a key or client certificate that the server accepts"
                          : "a key, or a client certificate in TEMPORAL_TLS_CLIENT_CERT_PATH"));
      case NOT_FOUND, INVALID_ARGUMENT ->
          throw new BadInput(
              "TEMPORAL_NAMESPACE: %s, expected a namespace of the server at %s"
                  .formatted(profile.namespace(), profile.address()));
      default -> throw e;
    }
  }

  private void refuseTls(StatusRuntimeException e) {
    String said = causes(e).map(Throwable::toString).reduce("", (all, one) -> all + one + "\n");
    if (!profile.encrypts()) {
      // The first bytes of a TLS alert.
      if (said.contains("not SETTINGS. Hex dump for first 5 bytes: 15")) {
        throw new BadInput(
            "TEMPORAL_TLS: not set, expected true: the server at %s speaks TLS alone"
                .formatted(profile.address()));
      }
      return;
    }
    if (said.contains("NotSslRecordException")) {
      throw new BadInput(
          "TEMPORAL_TLS: the server at %s speaks no TLS, expected TEMPORAL_TLS=false"
              .formatted(profile.address()));
    }
    if (said.contains("KEY_VALUES_MISMATCH")) {
      throw TlsFiles.notAPair();
    }
    if (causes(e).anyMatch(SSLException.class::isInstance)) {
      Throwable innermost =
          causes(e)
              .filter(at -> at instanceof SSLException || at instanceof GeneralSecurityException)
              .reduce(e, (outer, inner) -> inner);
      throw new BadInput(
          "TEMPORAL_TLS: the server at %s and this process do not accept each other (%s), expected its authority in TEMPORAL_TLS_SERVER_CA_CERT_PATH, its name in TEMPORAL_TLS_SERVER_NAME, and a client certificate if it wants one"
              .formatted(profile.address(), innermost.getMessage()));
    }
  }

  private static Stream<Throwable> causes(Throwable error) {
    return Stream.iterate(error, at -> at != null, Throwable::getCause);
  }

  private IOException unreachable(StatusRuntimeException e) {
    // How a server that wants TLS hangs up on a client without it.
    boolean hungUp = String.valueOf(e.getMessage()).contains("Network closed for unknown reason");
    return new IOException(
        hungUp && !profile.encrypts()
            ? "TEMPORAL_TLS: not set, and what listens at %s hangs up, expected true if it speaks TLS"
                .formatted(profile.address())
            : "TEMPORAL_ADDRESS: no Temporal server answers at %s within %d s, expected a running one"
                .formatted(profile.address(), patience.toSeconds()),
        e);
  }
}
