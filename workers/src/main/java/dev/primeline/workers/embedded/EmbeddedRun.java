package dev.primeline.workers.embedded;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.StoreLock;
import dev.primeline.workers.worker.PrimelineWorker;
import dev.primeline.workers.worker.Role;
import dev.primeline.workers.worker.Stores;
import dev.primeline.workers.worker.WorkerSettings;
import io.temporal.client.WorkflowClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Server, worker and store of one run in this process; it does what a cluster does, over the same
 * queues.
 */
public final class EmbeddedRun implements AutoCloseable {

  private final StoreLock lock;
  private final ArtifactStore store;
  private final EmbeddedTemporal temporal;
  private final PrimelineWorker worker;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * Takes the output folder for itself and starts everything.
   *
   * @throws dev.primeline.workflows.experiment.BadInput when the folder is in use or not writable
   */
  public EmbeddedRun(Path output, WorkerSettings settings) throws IOException {
    lock = StoreLock.acquire(output);
    store = Stores.open(settings, output);
    temporal = new EmbeddedTemporal();
    worker = new PrimelineWorker(temporal.client(), store, settings, EnumSet.allOf(Role.class));
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
      worker.close();
      temporal.close();
      store.close();
      lock.close();
    }
  }
}
