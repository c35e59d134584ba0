package dev.primeline.activities.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataRootsTest {

  @TempDir Path folder;
  private Path data;
  private Path secret;

  @BeforeEach
  void fill() throws IOException {
    data = Files.createDirectory(folder.resolve("data"));
    Files.writeString(data.resolve("book.txt"), "text");
    secret = Files.writeString(folder.resolve("secret.txt"), "secret");
  }

  @Test
  void filesBelowARootAreFound() throws IOException {
    assertThat(find(data + "/book.txt")).containsExactly(data.resolve("book.txt"));
    assertThat(find(data + "/*.txt")).containsExactly(data.resolve("book.txt"));
    assertThat(find("file://" + data)).containsExactly(data.resolve("book.txt"));
  }

  @Test
  void everythingElseIsRefusedWhetherItExistsOrNot() {
    for (String outside :
        List.of(
            secret.toString(),
            folder + "/absent.txt",
            folder.toString(),
            data + "/../secret.txt",
            data + "/*/../../secret.t*",
            data + "-more/book.txt",
            "file:" + secret,
            "pom.xml",
            "/proc/self/environ")) {
      assertThatThrownBy(() -> find(outside))
          .isInstanceOf(BadInput.class)
          .hasMessage(
              "corpus %s: not a file that this worker may read, expected one below PRIMELINE_DATA_ROOTS (%s)"
                  .formatted(outside, data));
    }
  }

  @Test
  void linksOutOfARootAreRefused() throws IOException {
    Files.createSymbolicLink(data.resolve("innocent.txt"), secret);
    assertThatThrownBy(() -> find(data + "/innocent.txt")).hasMessageContaining("not a file that");
    assertThatThrownBy(() -> find(data.toString())).hasMessageContaining("not a file that");
  }

  @Test
  void aRootMayBeALink() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), data);
    DataRoots roots = DataRoots.under(List.of(link));
    assertThat(CorpusPaths.find(link + "/book.txt", roots)).hasSize(1);
    assertThat(CorpusPaths.find(data + "/book.txt", roots)).hasSize(1);
  }

  @Test
  void withoutARootNothingIsRead() {
    assertThatThrownBy(() -> CorpusPaths.find(data + "/book.txt", DataRoots.under(List.of())))
        .hasMessageEndingWith("expected one below PRIMELINE_DATA_ROOTS (not set)");
  }

  private List<Path> find(String uri) throws IOException {
    return CorpusPaths.find(uri, DataRoots.under(List.of(data)));
  }
}
