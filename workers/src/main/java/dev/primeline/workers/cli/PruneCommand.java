package dev.primeline.workers.cli;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.UnnamedFiles;
import dev.primeline.workers.worker.Stores;
import dev.primeline.workers.worker.WorkerSettings;
import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Removes what killed and superseded executions left in the store. */
@Command(
    name = "prune",
    description = {
      "Removes files of corpora and trainings that no manifest names, and the passes of evaluations"
          + " that never ended, where they are older than a day: what killed and superseded"
          + " executions left.",
      "What a manifest names is never removed, and runs may go on meanwhile."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = "  primeline prune --output runs/deeper --dry-run")
final class PruneCommand implements Callable<Integer> {

  @Option(
      names = "--output",
      paramLabel = "DIR",
      converter = LocalFolder.class,
      description =
          "The folder that runs are kept in, unless PRIMELINE_STORE is set. Default:"
              + " ${DEFAULT-VALUE}.")
  private Path output = Path.of("primeline-output");

  @Option(names = "--dry-run", description = "Say what would be removed, and remove nothing.")
  private boolean dryRun;

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec command;

  private final Map<String, String> environment;

  PruneCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws IOException {
    WorkerSettings settings = WorkerSettings.from(environment);
    if (settings.store().isEmpty() && !Files.isDirectory(output)) {
      throw new BadInput(
          "--output: %s is no folder, expected one that runs are kept in".formatted(output));
    }
    try (ArtifactStore store = Stores.open(settings, output)) {
      UnnamedFiles unnamed = new UnnamedFiles(store);
      List<UnnamedFiles.Found> found = unnamed.find();
      if (!dryRun) {
        unnamed.remove(found);
      }
      print(found);
    }
    return ExitCode.OK;
  }

  private void print(List<UnnamedFiles.Found> found) {
    PrintWriter out = command.commandLine().getOut();
    long files = found.stream().mapToLong(folder -> folder.files().size()).sum();
    if (files > 0) {
      TextTable table = new TextTable("folder", "files", "bytes");
      found.stream()
          .filter(folder -> !folder.files().isEmpty())
          .forEach(f -> table.row(f.folder(), "" + f.files().size(), PlanCommand.bytes(f.bytes())));
      table.lines().forEach(out::println);
    }
    found.stream()
        .flatMap(folder -> folder.unreadable().stream())
        .forEach(manifest -> out.println(manifest + " cannot be read: its folder is left alone"));
    out.println(
        "%s %,d files, %s"
            .formatted(
                dryRun ? "would remove" : "removed",
                files,
                PlanCommand.bytes(found.stream().mapToLong(UnnamedFiles.Found::bytes).sum())));
    out.flush();
  }
}
