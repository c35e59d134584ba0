package dev.primeline.activities.artifacts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.artifact.Hashes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FetchedFilesTest {
  @TempDir Path folder;

  private static ArtifactRef ref(String content) {
    return new ArtifactRef("any/key", Hashes.sha256(content.getBytes(UTF_8)), content.length());
  }

  /** Adds a copy that was last asked for so many seconds after the epoch. */
  private Path add(FetchedFiles files, String content, int used) throws IOException {
    Path received = Files.writeString(folder.resolve("received"), content);
    Path file = files.add(ref(content), received);
    Files.setLastModifiedTime(file, FileTime.fromMillis(used * 1000L));
    return file;
  }

  @Test
  void whatWasNotAskedForTheLongestMakesRoom() throws IOException {
    FetchedFiles files = new FetchedFiles(folder, 10);
    Files.writeString(folder.resolve("somebody's.txt"), "twenty bytes of text");
    add(files, "1111", 1);
    add(files, "2222", 2);
    assertThat(files.find(ref("1111"))).isPresent();
    add(files, "3333", 3);
    assertThat(files.find(ref("2222"))).isEmpty();
    assertThat(files.find(ref("1111"))).isPresent();
    assertThat(files.find(ref("3333"))).isPresent();
    assertThat(folder.resolve("somebody's.txt")).exists();
  }

  @Test
  void whatIsOpenCanBeReadToItsEndAndTheNewestStaysWhateverItsLength() throws IOException {
    FetchedFiles files = new FetchedFiles(folder, 10);
    try (InputStream open = Files.newInputStream(add(files, "1111", 1))) {
      add(files, "longer than it may be", 2);
      assertThat(files.find(ref("1111"))).isEmpty();
      assertThat(new String(open.readAllBytes(), UTF_8)).isEqualTo("1111");
    }
    assertThat(files.find(ref("longer than it may be"))).isPresent();
  }

  @Test
  void aDamagedCopyIsNone() throws IOException {
    FetchedFiles files = new FetchedFiles(folder, 100);
    Files.writeString(add(files, "1111", 1), "1112");
    assertThat(files.find(ref("1111"))).isEmpty();
  }
}
