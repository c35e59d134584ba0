package dev.primeline.workers.embedded;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.StoreLock;
import dev.primeline.workers.worker.PrimelineWorker;
import dev.primeline.workers.worker.Role;
import dev.primeline.workers.worker.Stores;
import dev.primeline.workers.worker.WorkerMetrics;
import dev.primeline.workers.worker.WorkerSettings;
import io.temporal.client.WorkflowClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Server, worker and store of one run in this process; it does what a cluster does, over the same
 * queues.
 */
public final class EmbeddedRun implements AutoCloseable {

  private final Deque<Runnable> open = new ArrayDeque<>();
  private final ArtifactStore store;
  private final EmbeddedTemporal temporal;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * Takes the output folder for itself and starts everything.
   *
   * @param lastWords as {@link PrimelineWorker} says them
   * @throws dev.primeline.workflows.experiment.BadInput when the folder is in use or not writable
   */
  public EmbeddedRun(Path output, WorkerSettings settings, Consumer<String> lastWords)
      throws IOException {
    this(output, settings, EnumSet.allOf(Role.class), lastWords);
  }

  /**
   * The same without what some work does not need, such as the engine.
   *
   * @param roles that the work needs
   */
  public EmbeddedRun(
      Path output, WorkerSettings settings, Set<Role> roles, Consumer<String> lastWords)
      throws IOException {
    try {
      // A store elsewhere may be refused: then the output folder need not even exist.
      store = Stores.open(settings, output);
      open.push(store::close);
      open.push(StoreLock.acquire(output)::close);
      WorkerMetrics metrics = WorkerMetrics.open(settings.metrics());
      open.push(metrics::close);
      temporal = new EmbeddedTemporal();
      open.push(temporal::close);
      var worker =
          new PrimelineWorker(
              temporal.client(), store, settings.withOwnFiles(), roles, metrics, lastWords);
      open.push(worker::close);
    } catch (IOException | RuntimeException | Error e) {
      closeAll();
      throw e;
    }
  }

  /** A client of the server inside. */
  public WorkflowClient client() {
    return temporal.client();
  }

  /** Where the run's artifacts are. */
  public ArtifactStore store() {
    return store;
  }

  /** Lets a running training checkpoint, then frees the folder. Doing it twice does nothing. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      closeAll();
    }
  }

  /** Worker first, store last. */
  private void closeAll() {
    while (!open.isEmpty()) {
      open.pop().run();
    }
  }
}
