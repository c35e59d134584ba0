package dev.primeline.workers.cli;

import dev.primeline.workers.worker.TemporalConnection;
import dev.primeline.workers.worker.WorkerSettings;
import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.util.Map;

/** For commands that mean nothing without a Temporal server. */
final class TemporalAddress {

  private TemporalAddress() {}

  /**
   * Connects to the server of the environment.
   *
   * @throws BadInput when it names none
   */
  static TemporalConnection connect(Map<String, String> environment) throws IOException {
    require(environment);
    return new TemporalConnection(environment);
  }

  /** Host and port of the server. */
  static String require(Map<String, String> environment) {
    return WorkerSettings.from(environment)
        .temporalAddress()
        .orElseThrow(
            () ->
                new BadInput("TEMPORAL_ADDRESS: not set, expected host:port of a Temporal server"));
  }
}
