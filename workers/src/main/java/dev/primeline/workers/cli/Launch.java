package dev.primeline.workers.cli;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.workers.embedded.EmbeddedRun;
import dev.primeline.workers.worker.Role;
import dev.primeline.workers.worker.Stores;
import dev.primeline.workers.worker.TemporalConnection;
import dev.primeline.workers.worker.WorkerSettings;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.ExperimentSpec;
import io.temporal.client.WorkflowClient;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Server, store and display for what a command starts and follows: in this process, or on the
 * cluster that the environment names.
 */
final class Launch {

  /** What is done there; gives the exit code. */
  interface Work {
    int on(WorkflowClient client, ArtifactStore store, ProgressDisplay display) throws Exception;
  }

  private final Map<String, String> environment;
  private final Path output;
  private final CommandSpec command;
  private final Set<Role> roles;

  Launch(Map<String, String> environment, Path output, CommandSpec command) {
    this(environment, output, command, EnumSet.allOf(Role.class));
  }

  /**
   * Here or there.
   *
   * @param roles what this process can do when nobody else shall; without GPU no engine is loaded
   */
  Launch(Map<String, String> environment, Path output, CommandSpec command, Set<Role> roles) {
    this.environment = environment;
    this.output = output;
    this.command = command;
    this.roles = roles;
  }

  /**
   * Does it to the end.
   *
   * @param id its name
   * @param text names the files that must be there when it runs in this process
   * @return the exit code
   */
  int run(String id, ExperimentSpec text, Work work) throws Exception {
    WorkerSettings settings = WorkerSettings.from(environment);
    return settings.temporalAddress().isPresent()
        ? onCluster(id, settings, work)
        : here(text, settings, work);
  }

  private int here(ExperimentSpec text, WorkerSettings settings, Work work) throws Exception {
    SpecOptions.requireFiles(text, settings).close();
    try (EmbeddedRun run = new EmbeddedRun(output, settings, roles, this::sayLast);
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
      return withFarewell(farewell, () -> work.on(run.client(), run.store(), display));
    }
  }

  private static int withFarewell(Thread farewell, Callable<Integer> work) throws Exception {
    Runtime.getRuntime().addShutdownHook(farewell);
    try {
      return work.call();
    } finally {
      forget(farewell);
    }
  }

  /** What ended by itself needs no farewell; what is leaving says no more. */
  private static void forget(Thread farewell) throws InterruptedException {
    try {
      Runtime.getRuntime().removeShutdownHook(farewell);
    } catch (IllegalStateException leaving) {
      // What fails now fails because the server is gone. The process ends under this wait.
      new CountDownLatch(1).await();
    }
  }

  private int onCluster(String id, WorkerSettings settings, Work work) throws Exception {
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
                say(id + " goes on without this process; the same command follows it");
              },
              "farewell");
      return withFarewell(farewell, () -> work.on(temporal.client(), store, display));
    }
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
