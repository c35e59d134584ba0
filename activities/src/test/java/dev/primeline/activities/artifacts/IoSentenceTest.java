package dev.primeline.activities.artifacts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

final class IoSentenceTest {

  @Test
  void aFileIsNamedWithWhatIsWrongWithIt() {
    assertThat(IoSentence.of(new NoSuchFileException("a.txt"))).isEqualTo("a.txt: no such file");
    assertThat(IoSentence.of(new AccessDeniedException("/x"))).isEqualTo("/x: permission denied");
    assertThat(IoSentence.of(new FileAlreadyExistsException("/x"))).isEqualTo("/x: exists already");
    assertThat(IoSentence.of(new FileAlreadyExistsException("/x", null, "has other content")))
        .isEqualTo("/x: has other content");
    assertThat(IoSentence.of(new FileSystemException("/x", null, "Is a directory")))
        .isEqualTo("/x: Is a directory");
  }

  @Test
  void whatHasNoFileKeepsItsMessage() {
    assertThat(IoSentence.of(new IOException("disk is full"))).isEqualTo("disk is full");
    assertThat(IoSentence.of(new DamagedArtifactException("a: 3 bytes"))).isEqualTo("a: 3 bytes");
    assertThat(IoSentence.of(new UnknownHostException("nowhere.example")))
        .isEqualTo("unknown host: nowhere.example");
  }

  @Test
  void noSentenceIsEmptyOrNull() {
    assertThat(IoSentence.of(new EOFException())).isEqualTo("input or output failed");
    assertThat(IoSentence.of(new FileSystemException("/x")))
        .isEqualTo("/x: input or output failed");
  }
}
