package dev.primeline.workers.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.workers.embedded.EmbeddedRun;
import dev.primeline.workers.worker.Stores;
import dev.primeline.workers.worker.TemporalConnection;
import dev.primeline.workers.worker.WorkerSettings;
import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.ExperimentSpec;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.SpecReader;
import dev.primeline.workflows.pretraining.PretrainingResult;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowFailedException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code primeline run}: text to report, in this process or, with TEMPORAL_ADDRESS, on a cluster.
 */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = {
      "Trains the families of an experiment and measures them.",
      "",
      "Without options it is the quickstart: four families on a synthetic source. It runs in this"
          + " process and needs no server; Ctrl-C saves a checkpoint, and the same command"
          + " continues.",
      "",
      "With TEMPORAL_ADDRESS set it starts the run on that server and follows it; Ctrl-C leaves it"
          + " running, and the same command follows it again. The server's workers must have the"
          + " same PRIMELINE_STORE and see the same files under the same names: --corpus and"
          + " --heldout are sent as absolute paths."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  primeline run",
      "  primeline run --corpus book.txt --preset small-cpu --families arm,prime-v2",
      "  primeline run --corpus 'texts/*.jsonl' --tokenizer gpt2 --preset small-cpu --set model.layers=6"
    })
final class RunCommand implements Callable<Integer> {

  @Mixin private SpecOptions options = new SpecOptions();

  @Option(
      names = "--output",
      paramLabel = "DIR",
      converter = LocalFolder.class,
      defaultValue = "primeline-output",
      description =
          "Where result.json goes, and every artifact unless PRIMELINE_STORE is set. Default:"
              + " ${DEFAULT-VALUE}.")
  private Path output = Path.of("primeline-output");

  @Option(
      names = "--run-id",
      paramLabel = "ID",
      description = "The run's name, which is its workflow id. Default: made of the specification.")
  private @Nullable String runId;

  @Spec private CommandSpec command = CommandSpec.create();

  private final Map<String, String> environment;

  RunCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws Exception {
    WorkerSettings settings = WorkerSettings.from(environment);
    ObjectNode typed = options.overlay();
    if (settings.temporalAddress().isPresent()) {
      LocalPaths.makeAbsolute(typed);
    }
    ExperimentSpec spec = SpecReader.read(typed);
    String id = runId == null ? spec.preset() + "-" + Hashes.key(spec).substring(0, 8) : runId;
    if (!id.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,199}")) {
      throw new BadInput(
          "--run-id: \"%s\", expected up to 200 letters, digits, dots and dashes".formatted(id));
    }
    String families = String.join(", ", spec.families().stream().map(Family::name).toList());
    Asked asked = new Asked(id, typed, spec.preset() + ": " + families);
    return settings.temporalAddress().isPresent()
        ? onCluster(asked, settings)
        : here(asked, spec, settings);
  }

  /** The run's name, what the user typed, and its one line in the Temporal UI. */
  private record Asked(String id, ObjectNode typed, String summary) {}

  private int here(Asked asked, ExperimentSpec spec, WorkerSettings settings) throws Exception {
    SpecOptions.requireFiles(spec);
    try (EmbeddedRun run = new EmbeddedRun(output, settings, this::sayLast)) {
      Logging.toFile(output.resolve("primeline.log"));
      // Ctrl-C and SIGTERM: the process ends with 130 or 143 when the farewell is over.
      Thread farewell =
          new Thread(
              () -> {
                say("stopping at a checkpoint; the same command continues");
                run.close();
              },
              "farewell");
      return withFarewell(farewell, () -> follow(run.client(), run.store(), asked));
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
        ArtifactStore store = Stores.open(settings, output)) {
      Thread farewell =
          new Thread(
              () -> say(asked.id() + " goes on without this process; the same command follows it"),
              "farewell");
      return withFarewell(farewell, () -> follow(temporal.client(), store, asked));
    }
  }

  private int follow(WorkflowClient client, ArtifactStore store, Asked asked) throws Exception {
    PrintStream out = System.out;
    RunClient run = new RunClient(client, asked.id());
    String table;
    RunOutput written = new RunOutput(store, output, asked.id());
    try (ProgressDisplay display = ProgressDisplay.on(out, environment);
        QueueWatch watch = new QueueWatch(client, display::note)) {
      display.note("run " + asked.id());
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

  private void sayLast(String sentence) {
    say(sentence + "; this process ends, the same command continues");
  }

  private void say(String sentence) {
    command.commandLine().getErr().println("primeline: " + sentence);
    command.commandLine().getErr().flush();
  }
}
