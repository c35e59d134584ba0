package dev.primeline.workers.cli;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.comparison.Comparison;
import dev.primeline.activities.comparison.ComparisonFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
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

/** {@code primeline compare}: finished runs side by side. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    description = {
      "Compares finished runs, or families of them: what their specifications differ in, their"
          + " scores, and the differences of every two that were scored on the same windows.",
      "",
      "Differences are taken window by window, so that text which is hard for both cancels; their"
          + " intervals hold 95 %."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  primeline compare small-cpu-1a2b3c4d small-cpu-5e6f7a8b",
      "  primeline compare small-cpu-1a2b3c4d/mdm small-cpu-1a2b3c4d/prime-v2 --out compared"
    })
final class CompareCommand implements Callable<Integer> {

  @Mixin private StoreOptions place = new StoreOptions();

  @Parameters(
      paramLabel = "RUN[/FAMILY]",
      arity = "1..*",
      description = "Runs by name, for all of their families, or single families.")
  private List<String> names = new ArrayList<>();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      converter = LocalFolder.class,
      description =
          "Also write index.html with the learning curves, comparison.json, and a CSV of everything"
              + " in them.")
  private @Nullable Path folder;

  @Option(names = "--json", description = "Print the JSON for programs instead of tables.")
  private boolean json;

  @Spec private CommandSpec command = CommandSpec.create();

  private final Map<String, String> environment;

  CompareCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws IOException {
    Comparison comparison;
    try (ArtifactStore store = place.open(environment)) {
      comparison = Comparison.of(store, names);
    }
    ComparisonFiles files = new ComparisonFiles(comparison);
    PrintWriter out = command.commandLine().getOut();
    if (json) {
      out.print(files.json());
    } else {
      files.tables().forEach(table -> TextTable.print(table, out));
      comparison
          .unpaired()
          .forEach(pair -> out.println("not the same windows, so no difference: " + pair));
    }
    if (folder != null) {
      write(files, folder);
      if (!json) {
        out.println("page  " + folder.resolve("index.html").toAbsolutePath().normalize());
      }
    }
    out.flush();
    return ExitCode.OK;
  }

  /** Each whole or not at all. */
  private static void write(ComparisonFiles files, Path folder) throws IOException {
    Files.createDirectories(folder);
    for (var file : files.all().entrySet()) {
      Path part = Files.createTempFile(folder, ".compare", "");
      try {
        Files.writeString(part, file.getValue());
        Files.move(part, folder.resolve(file.getKey()), StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(part);
      }
    }
  }
}
