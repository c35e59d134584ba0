package dev.primeline.workflows;

import io.temporal.client.WorkflowClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Stores histories for {@link ReplayTest}: {@code -Dprimeline.histories=FOLDER} makes the tests
 * write those that they name.
 */
public final class Histories {

  private Histories() {}

  /** Writes a workflow's history, when that was asked for. */
  public static void keep(WorkflowClient client, String workflowId, String name) {
    String folder = System.getProperty("primeline.histories");
    if (folder != null) {
      try {
        Files.createDirectories(Path.of(folder));
        Files.writeString(
            Path.of(folder, name + ".json"), client.fetchHistory(workflowId).toJson(true));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
