package dev.primeline.workers.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.runs.RunSummary;
import dev.primeline.activities.runs.RunSummary.FamilyState;
import dev.primeline.activities.runs.StoredRuns;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code primeline runs}: what the store knows of its runs. */
@Command(
    name = "runs",
    mixinStandardHelpOptions = true,
    description = {
      "Lists the runs of the store: a line per family, how far it came, and its score.",
      "",
      "A run is on record as soon as its text is prepared. primeline continue RUN goes on with one"
          + " that is not done."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  primeline runs", "  primeline runs --json"})
final class RunsCommand implements Callable<Integer> {

  @Mixin private StoreOptions place = new StoreOptions();

  @Option(names = "--json", description = "Print a JSON list for programs.")
  private boolean json;

  @Spec private CommandSpec command = CommandSpec.create();

  private final Map<String, String> environment;

  RunsCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws IOException {
    List<RunSummary> runs;
    try (ArtifactStore store = place.open(environment)) {
      runs = new StoredRuns(store).all();
    }
    PrintWriter out = command.commandLine().getOut();
    if (json) {
      out.println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(runs));
    } else {
      table(runs).lines().forEach(out::println);
    }
    out.flush();
    return ExitCode.OK;
  }

  private static TextTable table(List<RunSummary> runs) {
    TextTable table = new TextTable("run", "begun", "family", "state", "step", "of", "nats/token");
    for (RunSummary run : runs) {
      String begun = run.begun() == null ? "-" : run.begun();
      if (!run.damage().isEmpty()) {
        table.row(run.id(), begun, "-", run.damage(), "-", "-", "-");
      }
      for (FamilyState family : run.families()) {
        table.row(
            run.id(),
            begun,
            family.family(),
            family.state().toString(),
            Long.toString(family.step()),
            Long.toString(family.steps()),
            score(family));
      }
    }
    return table;
  }

  private static String score(FamilyState family) {
    Double nats = family.nelboNatsPerToken();
    return nats == null ? "-" : String.format(Locale.ROOT, "%s %.4f", family.bound(), nats);
  }
}
