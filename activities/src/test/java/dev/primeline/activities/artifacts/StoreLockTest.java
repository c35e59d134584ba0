package dev.primeline.activities.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.primeline.workflows.experiment.BadInput;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StoreLockTest {

  private static final long SELF = ProcessHandle.current().pid();

  @TempDir Path folder;

  /** Another process: tries the lock, prints the outcome, keeps it until its input ends. */
  static final class Holder {
    public static void main(String[] arguments) throws IOException {
      try (StoreLock lock = StoreLock.acquire(Path.of(arguments[0]))) {
        System.out.println("locked");
        System.in.transferTo(System.out);
      } catch (BadInput e) {
        System.out.println(e.getMessage());
      }
    }
  }

  @Test
  void aSecondRunIsRefusedAndTheFirstKeepsItsLock() throws Exception {
    Path output = folder.resolve("new/out");
    try (StoreLock lock = StoreLock.acquire(output)) {
      assertThatThrownBy(() -> StoreLock.acquire(output))
          .isInstanceOf(BadInput.class)
          .hasMessageStartingWith("output folder %s is in use by process %d", output, SELF);
      Process other = start(output);
      assertThat(firstLine(other)).contains("is in use by process " + SELF);
      assertThat(other.waitFor()).isZero();
    }
    StoreLock.acquire(output).close();
  }

  @Test
  void anotherProcessHoldsTheFolderUntilItDies() throws Exception {
    Process other = start(folder);
    try (BufferedReader out = other.inputReader()) {
      assertThat(out.readLine()).isEqualTo("locked");
      assertThatThrownBy(() -> StoreLock.acquire(folder))
          .isInstanceOf(BadInput.class)
          .hasMessageContaining("in use by process " + other.pid());
    } finally {
      other.destroyForcibly().waitFor();
    }
    StoreLock lock = StoreLock.acquire(folder);
    lock.close();
    lock.close();
  }

  @Test
  void aLinkToTheFolderIsTheFolder() throws IOException {
    Path link =
        Files.createSymbolicLink(
            folder.resolve("link"), Files.createDirectory(folder.resolve("real")));
    try (StoreLock lock = StoreLock.acquire(link)) {
      assertThatThrownBy(() -> StoreLock.acquire(folder.resolve("real")))
          .isInstanceOf(BadInput.class);
    }
  }

  @Test
  void aFolderThatCannotBeWrittenIsBadInput() throws IOException {
    Path file = Files.write(folder.resolve("f"), new byte[1]);
    assertThatThrownBy(() -> StoreLock.acquire(file.resolve("x")))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining(file.toString());
  }

  private static String firstLine(Process process) throws IOException {
    try (BufferedReader out = process.inputReader()) {
      return out.readLine();
    }
  }

  private static Process start(Path folder) throws IOException {
    String classes =
        Stream.of(Holder.class, StoreLock.class, BadInput.class)
            .map(c -> c.getProtectionDomain().getCodeSource().getLocation().getPath())
            .distinct()
            .collect(Collectors.joining(File.pathSeparator));
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            classes,
            Holder.class.getName(),
            folder.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }
}
