package dev.primeline.workers.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.primeline.workflows.experiment.Datasets;
import dev.primeline.workflows.experiment.Presets;
import dev.primeline.workflows.scaling.StudyPresets;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows the named starting points of runs and studies. */
@Command(
    name = "presets",
    description = "Lists the presets, or shows every value of one.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = "  primeline presets --show small-cpu")
final class PresetsCommand implements Callable<Integer> {

  @Option(
      names = "--show",
      paramLabel = "NAME",
      description =
          "Print this preset as JSON; each of its keys can be given to run (or study) with --set.")
  private @Nullable String shown;

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec command;

  @Override
  public Integer call() throws JsonProcessingException {
    PrintWriter out = command.commandLine().getOut();
    if (shown == null) {
      TextTable table = new TextTable("preset", "what it is");
      for (String name : Presets.names()) {
        table.row(name, Presets.summary(name));
      }
      for (String name : StudyPresets.names()) {
        table.row(name, StudyPresets.summary(name));
      }
      table.lines().forEach(out::println);
      out.println();
      TextTable datasets = new TextTable("dataset", "what --dataset reads over the web");
      for (String name : Datasets.names()) {
        datasets.row(name, Datasets.summary(name));
      }
      datasets.lines().forEach(out::println);
    } else {
      out.println(
          new ObjectMapper()
              .writerWithDefaultPrettyPrinter()
              .writeValueAsString(
                  StudyPresets.names().contains(shown)
                      ? StudyPresets.tree(shown)
                      : Presets.tree(shown)));
    }
    out.flush();
    return ExitCode.OK;
  }
}
