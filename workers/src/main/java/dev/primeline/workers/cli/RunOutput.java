package dev.primeline.workers.cli;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.IoSentence;
import dev.primeline.activities.report.RunFolder;
import dev.primeline.activities.report.RunResult;
import dev.primeline.activities.report.ScoreTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** What a run leaves for its user: result.json in the output folder, and a table. */
final class RunOutput {

  private final ArtifactStore store;
  private final Path output;
  private final String runId;

  RunOutput(ArtifactStore store, Path output, String runId) {
    this.store = store;
    this.output = output;
    this.runId = runId;
  }

  /** The result of a run that failed after its report, if it came so far. */
  Optional<String> deliverWhatIsThere() throws IOException {
    try {
      return Optional.of(deliver(RunFolder.of(runId).result()));
    } catch (NoSuchFileException notWritten) {
      return Optional.empty();
    }
  }

  /** Copies a stored result into the output folder, whole or not at all; gives its table. */
  String deliver(String key) throws IOException {
    byte[] json = store.read(key);
    Path result = output.resolve("result.json");
    try {
      replace(result, json);
    } catch (IOException e) {
      throw new IOException(
          "%s cannot be written (%s); the result is at %s"
              .formatted(result, IoSentence.reason(e), store.uri(key)),
          e);
    }
    RunResult read = RunResult.parse(json);
    return "%n%s%n%nresult  %s%nreport  %s"
        .formatted(
            String.join(System.lineSeparator(), ScoreTable.render(read)),
            result.toAbsolutePath().normalize(),
            read.report());
  }

  private void replace(Path result, byte[] json) throws IOException {
    Files.createDirectories(output);
    Path part = Files.createTempFile(output, ".result", ".json");
    try {
      Files.write(part, json);
      Files.move(part, result, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }
}
