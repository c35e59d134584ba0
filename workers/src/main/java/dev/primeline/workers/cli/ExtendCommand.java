package dev.primeline.workers.cli;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.runs.RunBranch;
import dev.primeline.workflows.experiment.Extension;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code primeline extend}: more steps for a run's trainings, on a branch of their own. */
@Command(
    name = "extend",
    mixinStandardHelpOptions = true,
    description = {
      "Trains the families of a run for more steps, as a branch: the run itself stays as it is.",
      "",
      "The learning rate continues from the value that the run's schedule has at the step where the"
          + " branch begins, on a cosine down to the run's final learning rate at the new last step."
          + " After the run's last step that value is the final rate already, and the rate stays"
          + " there; with --from-step an earlier one is stretched, and change-learning-rate sets"
          + " any.",
      "",
      "The branch is a run of its own, with scores and a report. The same command continues it."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  primeline extend small-cpu-1a2b3c4d --steps 4000",
      "  primeline extend small-cpu-1a2b3c4d --steps 4000 --from-step 1500"
    })
final class ExtendCommand implements Callable<Integer> {

  @Mixin private StoreOptions place = new StoreOptions();

  @Parameters(paramLabel = "RUN", description = "The run's name (primeline runs lists them).")
  private String run = "";

  @Option(
      names = "--steps",
      paramLabel = "N",
      required = true,
      description = "Steps in all, those of the run included.")
  private long steps;

  @Option(
      names = "--from-step",
      paramLabel = "S",
      description = "A checkpoint's step to begin from. Default: the run's last one.")
  private @Nullable Long fromStep;

  @Spec private CommandSpec command = CommandSpec.create();

  private final Map<String, String> environment;

  ExtendCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws Exception {
    RunBranch branch = branch();
    command.commandLine().getOut().println(branch.announcement());
    command.commandLine().getOut().flush();
    return new RunLaunch(environment, place.output(), command)
        .run(branch.id(), branch.typed(), branch.spec());
  }

  private RunBranch branch() throws IOException {
    try (ArtifactStore store = place.open(environment)) {
      return RunBranch.extend(store, run, new Extension(steps, fromStep));
    }
  }
}
