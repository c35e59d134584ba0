package dev.primeline.workers.cli;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.report.RunFolder;
import dev.primeline.activities.runs.StoredRuns;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code primeline pull}: what a run wrote for people, in a folder of this machine. */
@Command(
    name = "pull",
    mixinStandardHelpOptions = true,
    description = {
      "Fetches a run's result.json, report and specification from the store into a local folder.",
      "",
      "export-weights fetches the weights."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  PRIMELINE_STORE=s3://bucket/primeline primeline pull small-cpu-1a2b3c4d",
      "  primeline pull small-cpu-1a2b3c4d --to tonight"
    })
final class PullCommand implements Callable<Integer> {

  @Mixin private StoreOptions place = new StoreOptions();

  @Parameters(paramLabel = "RUN", description = "The run's name (primeline runs lists them).")
  private String run = "";

  @Option(
      names = "--to",
      paramLabel = "DIR",
      converter = LocalFolder.class,
      description = "Where to. Default: a folder of the run's name.")
  private @Nullable Path to;

  @Spec private CommandSpec command = CommandSpec.create();

  private final Map<String, String> environment;

  PullCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws IOException {
    RunFolder from = RunFolder.of(run);
    Path folder = to == null ? Path.of(from.prefix()).getFileName() : to;
    try (ArtifactStore store = place.open(environment)) {
      var unused = new StoredRuns(store).require(run);
      List<String> keys = store.list(from.prefix());
      if (!keys.contains(from.result())) {
        throw new IOException(
            "run %s has no result yet, expected a finished run (primeline runs shows how far it is)"
                .formatted(run));
      }
      for (String key : keys) {
        fetch(store, key, folder.resolve(key.substring(from.prefix().length())));
      }
    }
    PrintWriter out = command.commandLine().getOut();
    out.println("result  " + folder.resolve("result.json").toAbsolutePath().normalize());
    out.println("report  " + folder.resolve("report/index.html").toAbsolutePath().normalize());
    out.flush();
    return ExitCode.OK;
  }

  /** Whole or not at all. */
  private static void fetch(ArtifactStore store, String key, Path file) throws IOException {
    Path folder = Files.createDirectories(file.toAbsolutePath().getParent());
    Path part = Files.createTempFile(folder, ".pull", "");
    try {
      Files.write(part, store.read(key));
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }
}
