package dev.primeline.workers.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.runs.RunRecord;
import dev.primeline.workflows.experiment.ExperimentSpec;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.pretraining.PretrainingResult;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowFailedException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;

/** Starts a run where the environment says, follows it, and shows what it found. */
final class RunLaunch {

  private final Map<String, String> environment;
  private final Path output;
  private final CommandSpec command;

  RunLaunch(Map<String, String> environment, Path output, CommandSpec command) {
    this.environment = environment;
    this.output = output;
    this.command = command;
  }

  /**
   * Runs to the end.
   *
   * @param id the run's name
   * @param typed its specification as a user types it
   * @param spec the same with every value decided
   * @return the exit code
   */
  int run(String id, ObjectNode typed, ExperimentSpec spec) throws Exception {
    Asked asked = new Asked(id, typed, spec);
    return new Launch(environment, output, command)
        .run(id, spec, (client, store, display) -> follow(client, store, asked, display));
  }

  private record Asked(String id, ObjectNode typed, ExperimentSpec spec) {

    /** The run's one line in the Temporal UI. */
    String summary() {
      return spec.preset()
          + ": "
          + String.join(", ", spec.families().stream().map(Family::name).toList());
    }
  }

  private int follow(
      WorkflowClient client, ArtifactStore store, Asked asked, ProgressDisplay display)
      throws Exception {
    PrintStream out = System.out;
    RunClient run = new RunClient(client, asked.id());
    String table;
    RunOutput written = new RunOutput(store, output, asked.id());
    try (display;
        QueueWatch watch = new QueueWatch(client, display::note)) {
      display.note("run " + asked.id());
      new RunRecord(store, asked.id()).requireSame(asked.spec());
      run.start(asked.typed(), asked.summary());
      PretrainingResult result = run.follow(display);
      table = written.deliver(result.report().result().key());
    } catch (WorkflowFailedException failed) {
      // A run that only its self-check failed has written its result: it is shown, and marked.
      written.deliverWhatIsThere().ifPresent(out::println);
      throw failed;
    }
    out.println(table);
    return ExitCode.OK;
  }
}
