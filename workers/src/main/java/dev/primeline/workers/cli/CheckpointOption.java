package dev.primeline.workers.cli;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.DamagedArtifactException;
import dev.primeline.activities.runs.NamedCheckpoint;
import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine.Option;

/** Which trained model a command is about. */
final class CheckpointOption {

  @Option(
      names = "--checkpoint",
      paramLabel = "RUN/FAMILY|MANIFEST",
      required = true,
      description =
          "A run and a family of it, for its newest whole checkpoint; or a manifest's key as"
              + " primeline checkpoints shows it.")
  private String checkpoint = "";

  String name() {
    return checkpoint;
  }

  /**
   * Finds it.
   *
   * @throws BadInput when there is none of that name
   */
  NamedCheckpoint find(ArtifactStore store) throws IOException {
    try {
      return NamedCheckpoint.find(store, checkpoint);
    } catch (DamagedArtifactException e) {
      throw new IOException("--checkpoint: " + e.getMessage(), e);
    } catch (NoSuchFileException e) {
      throw new BadInput("--checkpoint: no file %s".formatted(e.getFile()));
    }
  }
}
