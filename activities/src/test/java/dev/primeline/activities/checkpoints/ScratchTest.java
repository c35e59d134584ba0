package dev.primeline.activities.checkpoints;

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
    Path foreign = left("notes", Duration.ofMinutes(11));

    try (Scratch scratch = Scratch.in(folder)) {
      assertThat(left).doesNotExist();
      assertThat(young).isDirectory();
      assertThat(used).isDirectory();
      assertThat(foreign).isDirectory();
      assertThat(scratch.file("x").getParent()).isDirectory();
    }
  }

  private Path left(String owner, Duration age) throws IOException {
    Path left = Files.createDirectory(folder.resolve("primeline-checkpoint-" + owner));
    Files.writeString(left.resolve("model.safetensors"), "x");
    Files.setLastModifiedTime(left, FileTime.from(Instant.now().minus(age)));
    return left;
  }
}
