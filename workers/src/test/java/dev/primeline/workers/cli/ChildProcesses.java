package dev.primeline.workers.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** Primeline in processes of its own, with the class path of the tests; closing kills them all. */
public final class ChildProcesses implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private final Path folder;
  private final List<Child> children = new ArrayList<>();

  /**
   * @param folder where what they say is kept, and where they work unless told otherwise
   */
  public ChildProcesses(Path folder) {
    this.folder = folder;
  }

  public Child start(Map<String, String> settings, List<String> arguments) throws IOException {
    return start(folder, settings, arguments);
  }

  /** Starts {@code primeline} with these arguments and no setting of its own but the given. */
  public Child start(Path workingFolder, Map<String, String> settings, List<String> arguments)
      throws IOException {
    return start(List.of(), workingFolder, settings, arguments);
  }

  /** The same with more options for its JVM. */
  public Child start(
      List<String> jvm, Path workingFolder, Map<String, String> settings, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    // Whoever runs in the background ignores Ctrl-C, and so would its children.
    command.addAll(List.of("env", "--default-signal=INT"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path")));
    command.addAll(jvm);
    command.add(Primeline.class.getName());
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).directory(workingFolder.toFile());
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("TEMPORAL_") || name.startsWith("PRIMELINE_"));
    // The same on every machine, and asleep when another test needs the cores.
    builder
        .environment()
        .putAll(
            Map.of("OMP_NUM_THREADS", "1", "OMP_WAIT_POLICY", "passive", "DJL_OFFLINE", "true"));
    builder.environment().putAll(settings);
    Path said = folder.resolve("child-%d.log".formatted(children.size()));
    builder.redirectErrorStream(true).redirectOutput(said.toFile());
    Child child = new Child(builder.start(), said);
    children.add(child);
    return child;
  }

  @Override
  public void close() throws InterruptedException {
    for (Child child : children) {
      child.process().destroyForcibly().waitFor();
    }
  }

  /** One process and the file with what it says. */
  public record Child(Process process, Path said) {

    /** Everything it has said so far. */
    public String words() throws IOException {
      return Files.readString(said);
    }

    /** As Ctrl-C does. */
    public void interrupt() throws Exception {
      assertThat(new ProcessBuilder("kill", "-INT", "" + process.pid()).start().waitFor()).isZero();
    }

    /** SIGTERM, as systems that take a machine away send it. */
    public void terminate() {
      process.destroy();
    }

    /** Signal 9: no thread of it takes another step. */
    public void kill() throws Exception {
      assertThat(process.destroyForcibly().waitFor()).isEqualTo(128 + 9);
    }

    /** Its exit code. */
    public int exit() throws Exception {
      return exit(PATIENCE);
    }

    public int exit(Duration patience) throws Exception {
      assertThat(process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)).as(words()).isTrue();
      return process.exitValue();
    }

    /** Waits until something holds; its death ends the wait. */
    public void until(Callable<Boolean> holds) {
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(5))
          .failFast(() -> assertThat(process.isAlive()).as(words()).isTrue())
          .until(holds);
    }
  }
}
