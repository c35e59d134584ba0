package dev.primeline.workers.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.runs.StoredRuns;
import dev.primeline.workflows.experiment.SpecReader;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code primeline continue}: a run again, from what the store knows of it. */
@Command(
    name = "continue",
    mixinStandardHelpOptions = true,
    description = {
      "Goes on with a run whose command is forgotten: its specification is in the store.",
      "",
      "It does what the same run command would do: trainings continue from their last checkpoints,"
          + " and what is done already is found. Files of text must be where the run was given"
          + " them."
    },
    footerHeading = "%nExample:%n",
    footer = "  primeline continue smoke-1a2b3c4d")
final class ContinueCommand implements Callable<Integer> {

  @Mixin private StoreOptions place = new StoreOptions();

  @Parameters(paramLabel = "RUN", description = "The run's name (primeline runs lists them).")
  private String run = "";

  @Spec private CommandSpec command = CommandSpec.create();

  private final Map<String, String> environment;

  ContinueCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws Exception {
    ObjectNode typed = typed();
    return new RunLaunch(environment, place.output(), command)
        .run(run, typed, SpecReader.read(typed));
  }

  private ObjectNode typed() throws IOException {
    try (ArtifactStore store = place.open(environment)) {
      return new StoredRuns(store).require(run).typed();
    }
  }
}
