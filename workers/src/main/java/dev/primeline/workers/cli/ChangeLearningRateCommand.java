package dev.primeline.workers.cli;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.runs.RunBranch;
import dev.primeline.workflows.experiment.LearningRateChange;
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

/** {@code primeline change-learning-rate}: another schedule from some step on, on a branch. */
@Command(
    name = "change-learning-rate",
    mixinStandardHelpOptions = true,
    description = {
      "Trains the rest of a run with another learning rate, as a branch: the run itself stays as it"
          + " is.",
      "",
      "From the branch's first step to the run's last one the rate follows a cosine from"
          + " --learning-rate down to --final-learning-rate; there is no warm-up.",
      "",
      "The branch is a run of its own, with scores and a report. The same command continues it;"
          + " while the run itself goes on, name the step."
    },
    footerHeading = "%nExample:%n",
    footer =
        "  primeline change-learning-rate small-cpu-1a2b3c4d --learning-rate 5e-4 --from-step 1000")
final class ChangeLearningRateCommand implements Callable<Integer> {

  @Mixin private StoreOptions place = new StoreOptions();

  @Parameters(paramLabel = "RUN", description = "The run's name (primeline runs lists them).")
  private String run = "";

  @Option(
      names = "--learning-rate",
      paramLabel = "X",
      required = true,
      description = "Of the branch's first step.")
  private double learningRate;

  @Option(
      names = "--final-learning-rate",
      paramLabel = "Y",
      description = "Of the last step. Default: the same share of --learning-rate as in the run.")
  private @Nullable Double finalLearningRate;

  @Option(
      names = "--from-step",
      paramLabel = "S",
      description = "A checkpoint's step to begin from. Default: the newest checkpoint.")
  private @Nullable Long fromStep;

  @Spec private CommandSpec command = CommandSpec.create();

  private final Map<String, String> environment;

  ChangeLearningRateCommand(Map<String, String> environment) {
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
      return RunBranch.changeLearningRate(
          store, run, new LearningRateChange(learningRate, finalLearningRate, fromStep));
    }
  }
}
