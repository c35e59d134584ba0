package dev.primeline.workers.cli;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.checkpoints.CommittedCheckpoint;
import dev.primeline.activities.training.SavedCheckpoint;
import dev.primeline.activities.weights.WeightsFile;
import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code primeline export-weights}: a checkpoint's model as one file for other programs. */
@Command(
    name = "export-weights",
    mixinStandardHelpOptions = true,
    description = {
      "Writes the weights of a checkpoint as safetensors, float32, under the public reference names.",
      "",
      "They are the ones that are scored: the moving average where the training keeps one."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  primeline export-weights --checkpoint small-cpu-1a2b3c4d/prime-v2 --out model.safetensors",
      "  primeline export-weights --checkpoint trainings/1a../main/step-000001000/manifest.json"
          + " --out model.safetensors"
    })
final class ExportWeightsCommand implements Callable<Integer> {

  @Mixin private StoreOptions place = new StoreOptions();

  @Mixin private CheckpointOption checkpoint = new CheckpointOption();

  @Option(names = "--out", paramLabel = "FILE", required = true, description = "What to write.")
  private Path out = Path.of("model.safetensors");

  @Spec private CommandSpec command = CommandSpec.create();

  private final Map<String, String> environment;

  ExportWeightsCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws IOException {
    Path folder = out.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new BadInput("--out: %s is no folder, expected one to write to".formatted(folder));
    }
    try (ArtifactStore store = place.open(environment)) {
      CommittedCheckpoint found =
          CommittedCheckpoint.open(store, checkpoint.find(store).saved().manifest());
      SavedCheckpoint saved = found.saved();
      write(
          found,
          Map.of(
              "format", "pt",
              "checkpoint", saved.manifest().key(),
              "step", Long.toString(saved.step())));
      command
          .commandLine()
          .getOut()
          .println("%s  %,d bytes, step %d".formatted(out, Files.size(out), saved.step()));
    }
    command.commandLine().getOut().flush();
    return ExitCode.OK;
  }

  private void write(CommittedCheckpoint found, Map<String, String> metadata) throws IOException {
    Path whole = out.toAbsolutePath();
    Path part = whole.resolveSibling("." + whole.getFileName() + "." + UUID.randomUUID());
    try {
      WeightsFile.write(part, found.weights(), metadata);
      Files.move(part, out, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }
}
