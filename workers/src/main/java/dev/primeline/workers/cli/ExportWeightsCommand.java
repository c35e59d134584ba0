package dev.primeline.workers.cli;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.DamagedArtifactException;
import dev.primeline.activities.checkpoints.CommittedCheckpoint;
import dev.primeline.activities.runs.BranchParent;
import dev.primeline.activities.runs.StoredRuns;
import dev.primeline.activities.training.SavedCheckpoint;
import dev.primeline.activities.weights.WeightsFile;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.NearestName;
import dev.primeline.workflows.training.TrainingSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
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

  private static final Pattern MANIFEST =
      Pattern.compile("trainings/[\\w.-]+/[\\w.-]+/step-\\d+/manifest(-\\d+)?\\.json");

  @Mixin private StoreOptions place = new StoreOptions();

  @Option(
      names = "--checkpoint",
      paramLabel = "RUN/FAMILY|MANIFEST",
      required = true,
      description =
          "A run and a family of it, for its newest whole checkpoint; or a manifest's key as"
              + " primeline checkpoints shows it.")
  private String checkpoint = "";

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
      CommittedCheckpoint found = CommittedCheckpoint.open(store, manifest(store));
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
    } catch (DamagedArtifactException e) {
      throw new IOException("--checkpoint: " + e.getMessage(), e);
    } catch (NoSuchFileException e) {
      throw new BadInput("--checkpoint: no file %s".formatted(e.getFile()));
    }
    command.commandLine().getOut().flush();
    return ExitCode.OK;
  }

  private String manifest(ArtifactStore store) throws IOException {
    if (MANIFEST.matcher(checkpoint).matches()) {
      return checkpoint;
    }
    int slash = checkpoint.lastIndexOf('/');
    if (slash < 1 || checkpoint.startsWith("trainings/")) {
      throw new BadInput(
          "--checkpoint: \"%s\", expected RUN/FAMILY or trainings/.../manifest.json"
              .formatted(checkpoint));
    }
    String family = checkpoint.substring(slash + 1);
    List<TrainingSpec> trainings =
        new StoredRuns(store).require(checkpoint.substring(0, slash)).trainings();
    for (TrainingSpec training : trainings) {
      if (training.family().name().equals(family)) {
        return BranchParent.checkpoint(store, training, null).manifest().key();
      }
    }
    throw new BadInput(
        "--checkpoint: the run has no family %s that has begun%s"
            .formatted(
                family,
                NearestName.hint(family, trainings.stream().map(t -> t.family().name()).toList())));
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
