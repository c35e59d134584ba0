package dev.primeline.workers.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalPathsTest {

  @ParameterizedTest
  @ValueSource(strings = {"book.txt", "../texts/**/*.{txt,jsonl}", "a b/c:d", "?"})
  void whatIsNamedFromTheWorkingFolderIsNamedFromTheRoot(String name) {
    assertThat(sent(name)).isEqualTo(Path.of("").toAbsolutePath() + "/" + name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/data/book.txt", "/data/*.txt", "s3://bucket/key", "HTTPS://host/a", "file:/a"})
  void whatMeansTheSameEverywhereStays(String name) {
    assertThat(sent(name)).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"corpus\":{\"uri\":\"\"}}",
        "{\"corpus\":{\"uri\":null}}",
        "{\"corpus\":{\"uri\":7,\"tokenizer\":\"bytes\"}}",
        "{\"corpus\":\"text\"}"
      })
  void whatIsNoNameIsLeftToTheReader(String json) throws Exception {
    ObjectNode typed = (ObjectNode) new ObjectMapper().readTree(json);
    LocalPaths.makeAbsolute(typed);
    assertThat(typed).isEqualTo(new ObjectMapper().readTree(json));
  }

  private static String sent(String name) {
    ObjectNode typed = new ObjectMapper().createObjectNode();
    typed.putObject("corpus").put("uri", name).put("heldout", name).put("split", "file");
    LocalPaths.makeAbsolute(typed);
    assertThat(typed.at("/corpus/heldout")).isEqualTo(typed.at("/corpus/uri"));
    assertThat(typed.at("/corpus/split").textValue()).isEqualTo("file");
    return typed.at("/corpus/uri").textValue();
  }
}
