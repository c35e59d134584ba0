package dev.primeline.activities.artifacts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchTest {

  @TempDir Path folder;

  @Test
  void whatItHeldIsGoneWhenItIsClosed() throws IOException {
    try (Scratch scratch = Scratch.in(folder)) {
      Files.writeString(scratch.file("model"), "x");
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void onlyWhatDeadProcessesLeftIsRemoved() throws Exception {
    long alive = ProcessHandle.current().pid();
    Process child = new ProcessBuilder("true").start();
    child.waitFor();
    Path left = left(child.pid() + "-1", Duration.ofMinutes(11));
    Path young = left(child.pid() + "-2", Duration.ofMinutes(9));
    Path used = left(alive + "-3", Duration.ofMinutes(11));
    Path written = left(child.pid() + "-4", Duration.ofMinutes(11));
    Files.setLastModifiedTime(written.resolve("model.safetensors"), FileTime.from(Instant.now()));
    Path foreign = left("notes", Duration.ofMinutes(11));

    try (Scratch scratch = Scratch.in(folder)) {
      assertThat(left).doesNotExist();
      assertThat(young).isDirectory();
      assertThat(used).isDirectory();
      assertThat(written).isDirectory();
      assertThat(foreign).isDirectory();
      assertThat(scratch.file("x").getParent()).isDirectory();
    }
  }

  private Path left(String owner, Duration age) throws IOException {
    Path left = Files.createDirectory(folder.resolve("primeline-scratch-" + owner));
    Path file = Files.writeString(left.resolve("model.safetensors"), "x");
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
    Files.setLastModifiedTime(left, FileTime.from(Instant.now().minus(age)));
    return left;
  }
}
