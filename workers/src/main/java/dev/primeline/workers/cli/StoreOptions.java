package dev.primeline.workers.cli;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.workers.worker.Stores;
import dev.primeline.workers.worker.WorkerSettings;
import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Option;

/** Which store's runs a command is about: the one that run would use with the same settings. */
final class StoreOptions {

  @Option(
      names = "--output",
      paramLabel = "DIR",
      converter = LocalFolder.class,
      defaultValue = "primeline-output",
      description =
          "As in run: the folder of the runs, unless PRIMELINE_STORE is set. Default:"
              + " ${DEFAULT-VALUE}.")
  private Path output = Path.of("primeline-output");

  Path output() {
    return output;
  }

  /** Opens what is there; where there is no folder yet, makes one. */
  ArtifactStore openOrMake(Map<String, String> environment) throws IOException {
    return Stores.open(WorkerSettings.from(environment), output);
  }

  /**
   * Opens what is there; a folder that is not is no store, and is not made one.
   *
   * @throws BadInput when there is no such folder
   */
  ArtifactStore open(Map<String, String> environment) throws IOException {
    WorkerSettings settings = WorkerSettings.from(environment);
    if (settings.store().isEmpty() && !Files.isDirectory(output)) {
      throw new BadInput(
          "--output: %s is no folder, expected the one of an earlier run".formatted(output));
    }
    return Stores.open(settings, output);
  }
}
