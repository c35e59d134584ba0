package dev.primeline.activities.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.primeline.workflows.experiment.BadInput;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalArtifactStoreTest extends ArtifactStoreContract {

  @TempDir Path folder;

  @Override
  ArtifactStore create() throws IOException {
    return new LocalArtifactStore(folder.resolve("new/store"));
  }

  @Override
  void overwrite(String key, byte[] content) throws IOException {
    Files.write(folder.resolve("new/store").resolve(key), content);
  }

  @Test
  void onlyFilesOfDeadProcessesAreRemovedAtOpening() throws IOException {
    Path incoming = Files.createDirectories(folder.resolve("s/.incoming"));
    Path old = Files.write(incoming.resolve("old"), new byte[3]);
    Path fresh = Files.write(incoming.resolve("fresh"), new byte[3]);
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofMinutes(61))));

    Files.setLastModifiedTime(fresh, FileTime.from(Instant.now().minus(Duration.ofMinutes(59))));

    new LocalArtifactStore(folder.resolve("s")).close();
    try (Stream<Path> left = Files.list(incoming)) {
      assertThat(left).containsExactly(fresh);
    }
  }

  @Test
  void noPartIsLeftOfAnObjectWhoseSourceFails() throws IOException {
    Path root = Files.createDirectories(folder.resolve("s"));
    Incoming incoming = Incoming.in(root, () -> 1_000);
    InputStream failing =
        new InputStream() {
          private int position;

          @Override
          public int read() throws IOException {
            if (position++ > 10) {
              throw new IOException("connection reset");
            }
            return 1;
          }

          @Override
          public int read(byte[] buffer, int offset, int length) throws IOException {
            buffer[offset] = (byte) read();
            return 1;
          }
        };
    assertThatThrownBy(() -> incoming.receive("k", failing, 100)).hasMessage("connection reset");
    try (Stream<Path> left = Files.list(root.resolve(".incoming"))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void aFullDeviceIsSaidBeforeTheFirstByte() throws IOException {
    AtomicLong free = new AtomicLong(100);
    Path root = folder.resolve("s");
    ArtifactStore store = new LocalArtifactStore(root, free::get);
    Path file = Files.write(folder.resolve("f"), new byte[41]);
    free.set(40);
    assertThatThrownBy(() -> store.put("t/x/model.safetensors", file))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "no room for t/x/model.safetensors in %s: 41 bytes needed, 40 bytes free", root);
    assertThat(store.list("")).isEmpty();
    free.set(41);
    assertThat(store.put("t/x/model.safetensors", file).bytes()).isEqualTo(41);
  }

  @Test
  void aDeviceThatFillsUpMeanwhileIsRecognised() {
    Path full = Path.of("/dev/full");
    assumeThat(full).exists();
    assertThatThrownBy(
            () -> {
              try (var out = Files.newOutputStream(full);
                  var in = new ByteArrayInputStream(new byte[10])) {
                in.transferTo(out);
              }
            })
        .isInstanceOfSatisfying(
            IOException.class, e -> assertThat(Incoming.ranOutOfRoom(e)).isTrue());
    assertThat(Incoming.ranOutOfRoom(new FileSystemException("f", null, "Permission denied")))
        .isFalse();
  }

  @Test
  void aFolderThatCannotBeWrittenIsBadInput() throws IOException {
    Path file = Files.write(folder.resolve("f"), new byte[1]);
    for (Path refused : new Path[] {file, file.resolve("below/it"), Path.of("/proc/primeline")}) {
      assertThatThrownBy(() -> new LocalArtifactStore(refused).close())
          .isInstanceOf(BadInput.class)
          .hasMessageStartingWith("folder " + refused + " cannot be written (")
          .hasMessageNotContainingAny("null", "Exception")
          .hasMessageEndingWith("expected a folder that this user may create and write");
    }
  }

  @Test
  void anObjectCannotStandWhereAFolderStands() throws IOException {
    try (ArtifactStore store = create()) {
      store.putIfAbsent("a/b", new byte[1]);
      assertThatThrownBy(() -> store.putIfAbsent("a", new byte[1])).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> store.putIfAbsent("a/b/c", new byte[1]))
          .isInstanceOf(IOException.class);
      assertThatThrownBy(() -> store.putIfAbsent("a/b/c/d", new byte[1]))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void emptyFoldersGoWithTheirLastObject() throws IOException {
    try (ArtifactStore store = create()) {
      store.putIfAbsent("a/b/c", new byte[1]);
      store.delete("a/b/c");
      assertThat(folder.resolve("new/store/a")).doesNotExist();
    }
  }

  @Test
  void objectsOutliveTheStoreThatWroteThem() throws IOException {
    try (ArtifactStore store = create()) {
      store.putIfAbsent("a/b", new byte[] {7});
    }
    try (ArtifactStore again = create()) {
      assertThat(again.read("a/b")).containsExactly(7);
      assertThat(Path.of(again.uri("a/b"))).hasBinaryContent(new byte[] {7});
    }
  }
}
