package dev.primeline.workers.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A server as a script of {@code infra/bin} starts it, on a port that nobody else has. It keeps
 * what it knows in a folder, and so outlives a kill.
 */
final class DevServer implements AutoCloseable {

  private static final Path SCRIPTS =
      Path.of(System.getProperty("primeline.root", ".."), "infra/bin").toAbsolutePath();

  /** Once on a machine. */
  private static final Duration LONGEST_BUILD = Duration.ofMinutes(10);

  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private final String script;
  private final Path folder;
  private final String ready;
  private final int port;
  private Process process;

  private DevServer(String script, Path folder, String ready) throws IOException {
    this.script = script;
    this.folder = folder.resolve(script);
    this.ready = ready;
    this.port = freePort();
    this.process = start();
  }

  /** Temporal with its UI, whose port is 1000 higher. */
  static DevServer temporal(Path folder) throws IOException {
    return new DevServer("temporal-dev", folder, "the UI is at");
  }

  /** S3, with the bucket {@code primeline} as a folder of that name. */
  static DevServer s3(Path folder) throws IOException {
    return new DevServer("s3-dev", folder, "listens on");
  }

  /** Skips the tests, and says why, where a program is neither there nor can be built. */
  static void requirePrograms(Path folder) throws IOException, InterruptedException {
    for (String script : List.of("temporal-dev", "s3-dev")) {
      Path said = folder.resolve(script + ".build.log");
      Process build = process(said, script, "--build");
      boolean built = build.waitFor(LONGEST_BUILD.toMinutes(), TimeUnit.MINUTES);
      assumeThat(built && build.exitValue() == 0).as(Files.readString(said)).isTrue();
    }
  }

  private static Process process(Path said, String script, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(SCRIPTS.resolve(script).toString()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(said.toFile())
        .start();
  }

  private static int freePort() throws IOException {
    while (true) {
      try (ServerSocket socket = new ServerSocket(0)) {
        // Another 1000 above it must exist.
        if (socket.getLocalPort() < 64_000) {
          return socket.getLocalPort();
        }
      }
    }
  }

  private Process start() throws IOException {
    Files.createDirectories(folder);
    Path said = folder.resolveSibling(script + ".log");
    Files.deleteIfExists(said);
    Process started = process(said, script, folder.toString(), Integer.toString(port));
    await()
        .atMost(PATIENCE)
        .failFast(() -> assertThat(started.isAlive()).as(Files.readString(said)).isTrue())
        .until(() -> Files.readString(said).contains(ready));
    return started;
  }

  Path folder() {
    return folder;
  }

  int port() {
    return port;
  }

  /** Signal 9 to the server itself; then it is started again, as it was. */
  void killAndRestart() throws Exception {
    List<ProcessHandle> server = process.children().toList();
    assertThat(server).hasSize(1);
    assertThat(server.get(0).destroyForcibly()).isTrue();
    assertThat(process.waitFor()).isNotZero();
    process = start();
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}
