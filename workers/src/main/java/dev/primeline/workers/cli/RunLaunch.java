package dev.primeline.workers.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.runs.RunRecord;
import dev.primeline.workers.embedded.EmbeddedRun;
import dev.primeline.workers.worker.Stores;
import dev.primeline.workers.worker.TemporalConnection;
import dev.primeline.workers.worker.WorkerSettings;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.ExperimentSpec;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.pretraining.PretrainingResult;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowFailedException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
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
    WorkerSettings settings = WorkerSettings.from(environment);
    Asked asked = new Asked(id, typed, spec);
    return settings.temporalAddress().isPresent()
        ? onCluster(asked, settings)
        : here(asked, settings);
  }

  private record Asked(String id, ObjectNode typed, ExperimentSpec spec) {

    /** The run's one line in the Temporal UI. */
    String summary() {
      return spec.preset()
          + ": "
          + String.join(", ", spec.families().stream().map(Family::name).toList());
    }
  }

  private int here(Asked asked, WorkerSettings settings) throws Exception {
    SpecOptions.requireFiles(asked.spec(), settings).close();
    try (EmbeddedRun run = new EmbeddedRun(output, settings, this::sayLast);
        ProgressDisplay display = display()) {
      Logging.toFile(output.resolve("primeline.log"));
      // Ctrl-C and SIGTERM: the process ends with 130 or 143 when the farewell is over.
      Thread farewell =
          new Thread(
              () -> {
                display.close();
                say("stopping at a checkpoint; the same command continues");
                run.close();
              },
              "farewell");
      return withFarewell(farewell, () -> follow(run.client(), run.store(), asked, display));
    }
  }

  /** Does the work, with something to do first when the process is told to end. */
  static int withFarewell(Thread farewell, Callable<Integer> work) throws Exception {
    Runtime.getRuntime().addShutdownHook(farewell);
    try {
      return work.call();
    } finally {
      forget(farewell);
    }
  }

  /** A run that ended by itself needs no farewell; one that is leaving says no more. */
  private static void forget(Thread farewell) throws InterruptedException {
    try {
      Runtime.getRuntime().removeShutdownHook(farewell);
    } catch (IllegalStateException leaving) {
      // What fails now fails because the server is gone. The process ends under this wait.
      new CountDownLatch(1).await();
    }
  }

  private int onCluster(Asked asked, WorkerSettings settings) throws Exception {
    if (settings.store().isEmpty()) {
      throw new BadInput(
          "PRIMELINE_STORE: not set, expected the store of the workers behind TEMPORAL_ADDRESS");
    }
    try (TemporalConnection temporal = new TemporalConnection(environment);
        ArtifactStore store = Stores.open(settings, output);
        ProgressDisplay display = display()) {
      Thread farewell =
          new Thread(
              () -> {
                display.close();
                say(asked.id() + " goes on without this process; the same command follows it");
              },
              "farewell");
      return withFarewell(farewell, () -> follow(temporal.client(), store, asked, display));
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

  private ProgressDisplay display() {
    return ProgressDisplay.on(System.out, environment);
  }

  private void sayLast(String sentence) {
    say(sentence + "; this process ends, the same command continues");
  }

  private void say(String sentence) {
    command.commandLine().getErr().println("primeline: " + sentence);
    command.commandLine().getErr().flush();
  }
}
