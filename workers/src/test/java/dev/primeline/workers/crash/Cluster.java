package dev.primeline.workers.crash;

import dev.primeline.workers.cli.ChildProcesses;
import dev.primeline.workers.cli.ChildProcesses.Child;
import dev.primeline.workers.cli.LoopbackTemporal;
import dev.primeline.workers.cli.StoredRun;
import dev.primeline.workers.crash.Watched.Trap;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Temporal server and processes around it. Workflows run in one that nobody kills: the server in
 * memory does not outlive that.
 */
final class Cluster implements AutoCloseable {

  private final LoopbackTemporal temporal;
  private final ChildProcesses processes;
  private final Path folder;

  Cluster(Path folder) throws Exception {
    this.folder = folder;
    temporal = new LoopbackTemporal(Size.asked().silence());
    processes = new ChildProcesses(folder);
  }

  /** What the workers share. */
  StoredRun store() {
    return new StoredRun(folder.resolve("store"));
  }

  /** Where the client puts the result. */
  StoredRun output() {
    return new StoredRun(folder.resolve("out"));
  }

  /** A worker that nobody watches. */
  Child worker(String roles) throws Exception {
    return processes.start(settings(), List.of("worker", "--role=" + roles));
  }

  /** A worker that is watched, and to which something may happen. */
  Watched worker(String role, @Nullable Trap trap) throws Exception {
    return worker(role, trap, Map.of());
  }

  Watched worker(String role, @Nullable Trap trap, Map<String, String> more) throws Exception {
    Map<String, String> settings = new HashMap<>(settings());
    settings.putAll(more);
    return Watched.start(processes, folder, settings, List.of("worker", "--role=" + role), trap);
  }

  /** The client, which follows the run to its end. */
  Child run(List<String> arguments) throws Exception {
    return processes.start(settings(), arguments);
  }

  private Map<String, String> settings() {
    return Map.of(
        "TEMPORAL_ADDRESS", temporal.address(), "PRIMELINE_STORE", store().folder().toString());
  }

  @Override
  public void close() throws Exception {
    processes.close();
    temporal.close();
  }
}
