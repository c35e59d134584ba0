package dev.primeline.workers.cli;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.workers.worker.PrimelineWorker;
import dev.primeline.workers.worker.Role;
import dev.primeline.workers.worker.Stores;
import dev.primeline.workers.worker.TemporalConnection;
import dev.primeline.workers.worker.WorkerMetrics;
import dev.primeline.workers.worker.WorkerSettings;
import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code primeline worker}: serves a Temporal server's queues until it is told to leave. */
@Command(
    name = "worker",
    mixinStandardHelpOptions = true,
    description = {
      "Serves the queues of its roles on the server that TEMPORAL_ADDRESS names, with artifacts in"
          + " PRIMELINE_STORE, until SIGTERM or Ctrl-C. A training then saves a checkpoint first"
          + " (within PRIMELINE_GRACE, 2m unless set), and another worker continues it.",
      "",
      "Roles: orchestrator runs workflows; cpu prepares corpora and writes reports; gpu trains and"
          + " scores, one activity at a time.",
      "",
      "A run names the files that it reads: they are read below PRIMELINE_DATA_ROOTS alone"
          + " (folders, s3:// and https:// addresses).",
      "With PRIMELINE_METRICS=[HOST:]PORT it answers Prometheus at http://HOST:PORT/metrics."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  TEMPORAL_ADDRESS=localhost:7233 PRIMELINE_STORE=s3://bucket/primeline primeline worker",
      "  primeline worker --role gpu"
    })
final class WorkerCommand implements Callable<Integer> {

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      split = ",",
      description = "orchestrator, cpu, gpu; several with commas. Default: all three.")
  private List<String> roles = List.of("orchestrator", "cpu", "gpu");

  private static final Logger LOG = LoggerFactory.getLogger(WorkerCommand.class);

  private final Map<String, String> environment;
  private final Deque<Runnable> open = new ArrayDeque<>();

  WorkerCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws Exception {
    EnumSet<Role> served = EnumSet.noneOf(Role.class);
    roles.forEach(name -> served.add(role(name.strip())));
    WorkerSettings settings = WorkerSettings.from(environment);
    if (settings.temporalAddress().isEmpty()) {
      throw new BadInput("TEMPORAL_ADDRESS: not set, expected host:port of a Temporal server");
    }
    if (settings.store().isEmpty()) {
      throw new BadInput(
          "PRIMELINE_STORE: not set, expected a directory that all workers share, or s3://bucket/prefix");
    }
    try {
      serve(settings, served);
    } catch (IOException | RuntimeException e) {
      closeAll();
      throw e;
    }
    CountDownLatch left = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  closeAll();
                  left.countDown();
                },
                "farewell"));
    left.await();
    return ExitCode.OK;
  }

  private void serve(WorkerSettings settings, Set<Role> served) throws IOException {
    WorkerMetrics metrics = WorkerMetrics.open(settings.metrics());
    open.push(metrics::close);
    TemporalConnection temporal = new TemporalConnection(environment, metrics);
    open.push(temporal::close);
    ArtifactStore store = Stores.open(settings, Path.of("."));
    open.push(store::close);
    // What kept it from serving is one sentence; from here on it says what it does.
    Logging.toStandardError("INFO");
    PrimelineWorker worker =
        new PrimelineWorker(
            temporal.client(),
            store,
            settings,
            served,
            metrics,
            why -> LOG.error("{}; this process ends, another worker takes over", why));
    open.push(worker::close);
    System.out.println(
        "serving %s as %s, build %s; Ctrl-C leaves at a checkpoint"
            .formatted(String.join(", ", roles), worker.identity(), settings.version().buildId()));
  }

  /** The worker first: its trainings save before the store and the server go. */
  private void closeAll() {
    while (!open.isEmpty()) {
      open.pop().run();
    }
  }

  private static Role role(String name) {
    for (Role role : Role.values()) {
      if (role.name().toLowerCase(Locale.ROOT).equals(name)) {
        return role;
      }
    }
    throw new BadInput("--role: \"%s\", expected orchestrator, cpu or gpu".formatted(name));
  }
}
