package dev.primeline.activities.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.workflows.corpus.CorpusRequest;
import dev.primeline.workflows.corpus.CorpusResult;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.CorpusSpec;
import dev.primeline.workflows.experiment.DocumentSplit;
import dev.primeline.workflows.experiment.Tokenizer;
import dev.primeline.workflows.experiment.TokenizerFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files and expectations are of Hugging Face's Python library: src/test/python/make_tokenizers.py.
 */
class FileTokenizerTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private ArtifactStore store;

  @BeforeEach
  void store() throws IOException {
    store = new FakeStore(folder.resolve("store"));
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(FileTokenizerTest.class.getResourceAsStream(name), name)) {
      return in.readAllBytes();
    }
  }

  private TokenizerFile.Found keep(byte[] json, @Nullable String separator) throws IOException {
    TokenizerFile named = new TokenizerFile("somewhere/tokenizer.json", separator, null);
    return Objects.requireNonNull(FileTokenizer.keep(store, named, json).found());
  }

  private TextTokenizer open(String kind) throws IOException {
    byte[] json = resource(kind + "-tokenizer.json");
    return TextTokenizer.of(Tokenizer.FILE, keep(json, null), store);
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "byte-level"})
  void idsAreThoseOfThePythonLibrary(String kind) throws IOException {
    TextTokenizer tokenizer = open(kind);
    JsonNode cases = JSON.readTree(resource(kind + "-expected.json"));
    assertThat(cases).hasSizeGreaterThan(10);
    for (JsonNode one : cases) {
      List<Integer> expected =
          IntStream.range(0, one.get("ids").size())
              .mapToObj(i -> one.get("ids").get(i).intValue())
              .toList();
      assertThat(TextTokenizerTest.tokens(tokenizer, one.get("text").textValue()))
          .as(one.get("text").textValue())
          .isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource({"llama, true, ' '", "byte-level, false, ''"})
  void anyTextComesBackByteByByte(String kind, boolean prefixes, String prefix) throws IOException {
    TextTokenizer tokenizer = open(kind);
    assertThat(tokenizer.prefixes()).isEqualTo(prefixes);
    Random random = new Random(3);
    for (int i = 0; i < 200; i++) {
      // Every plane but the surrogates' own range, and spaces often.
      String text =
          random
              .ints(1 + random.nextInt(40), 0, 0x20000)
              .map(c -> c % 3 == 0 ? ' ' : (c >= 0xD800 && c < 0xE000) || c == 0x2581 ? 'a' : c)
              .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
              .toString();
      assertThat(text(tokenizer, TextTokenizerTest.tokens(tokenizer, text)))
          .isEqualTo(prefix + text);
      var further = new ArrayList<Integer>();
      tokenizer.encodeFurther(text, further::add);
      assertThat(text(tokenizer, further)).isEqualTo(text);
    }
  }

  private static String text(TextTokenizer tokenizer, List<Integer> tokens) {
    var bytes = new ByteArrayOutputStream();
    tokens.forEach(token -> bytes.writeBytes(tokenizer.bytes(token)));
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void separatorIsWhatTheFilePutsBeforeATextOrTheAskedOrAWellKnownToken() throws IOException {
    assertThat(keep(resource("llama-tokenizer.json"), null).separator()).isEqualTo(1);
    assertThat(keep(resource("llama-tokenizer.json"), "</s>").separator()).isEqualTo(2);
    TokenizerFile.Found byteLevel = keep(resource("byte-level-tokenizer.json"), null);
    assertThat(byteLevel.separator()).isEqualTo(601);
    assertThat(byteLevel.vocabularySize()).isEqualTo(602);
    assertThatThrownBy(() -> keep(resource("llama-tokenizer.json"), "<eod>"))
        .isInstanceOf(BadInput.class)
        .hasMessageStartingWith("somewhere/tokenizer.json: no token \"<eod>\"");
  }

  @Test
  void corpusIsKeyedByTheFileAndCountsTheBytesOfTheText() throws IOException {
    String heldout = "the ring\n\npreing loka é\n";
    Files.writeString(folder.resolve("heldout.txt"), heldout);
    Files.writeString(folder.resolve("train.txt"), "the kalo ring\n\npre\n");
    byte[] json = resource("llama-tokenizer.json");
    CorpusResult made = prepare(json);
    PreparedCorpus corpus = PreparedCorpus.open(store, made.manifest());
    assertThat(corpus.vocabularySize()).isEqualTo(700);
    assertThat(corpus.separator()).isEqualTo(1);
    int[] tokens = new int[(int) corpus.heldout().size()];
    corpus.heldout().copy(0, tokens, 0, tokens.length);
    assertThat(IntStream.of(tokens).filter(t -> t == 1)).hasSize(2);
    assertThat(tokens[tokens.length - 1]).isEqualTo(1);
    // The blank line parts the documents and belongs to neither.
    long bytes = heldout.getBytes(StandardCharsets.UTF_8).length - 1L;
    assertThat(made.heldoutBytes()).isEqualTo(bytes);
    long counted = 0;
    int previous = corpus.separator();
    for (int token : tokens) {
      counted += corpus.byteLength(previous, token);
      previous = token;
    }
    assertThat(counted).isEqualTo(bytes);

    assertThat(prepare(json).reused()).isTrue();
    byte[] other =
        new String(json, StandardCharsets.UTF_8).concat("\n").getBytes(StandardCharsets.UTF_8);
    assertThat(prepare(other).hash()).isNotEqualTo(made.hash());
    assertThat(corpus.manifest().textTokenizer(store).bytes(1)).isEmpty();
  }

  private CorpusResult prepare(byte[] json) throws IOException {
    TokenizerFile file =
        FileTokenizer.keep(store, new TokenizerFile("tokenizer.json", null, null), json);
    CorpusSpec spec =
        new CorpusSpec(
            folder.resolve("train.txt").toString(),
            folder.resolve("heldout.txt").toString(),
            Tokenizer.FILE,
            DocumentSplit.BLANK_LINE,
            "text",
            0.05,
            null,
            file,
            null,
            null,
            null,
            null,
            0);
    Path scratch = Files.createDirectories(folder.resolve("scratch"));
    return new CorpusPreparation(store, scratch, progress -> {})
        .prepare(new CorpusRequest(spec, 4, 1));
  }

  @Test
  void whatLosesTextOrIsNoTokenizerIsRefused() throws IOException {
    refused("[]", "no object with a model");
    refused("{", "no JSON (");
    refused(changed(file -> file.putObject("model")), "a model without a vocabulary");
    refused(
        changed(file -> ((ObjectNode) file.get("model")).put("byte_fallback", false)),
        "tokens that do not give every text back");
    refused(
        changed(file -> ((ObjectNode) file.at("/model/vocab")).remove("<0x41>")),
        "no token for the byte 65 (<0x41>)");
    refused(
        changed(file -> ((ObjectNode) file.at("/model/vocab")).put("x", -5)), "token x with id -5");
    refused(
        changed(file -> ((ObjectNode) file.get("model")).put("merges", 7)),
        "refused by the tokenizers library (");
  }

  private static String changed(Consumer<ObjectNode> change) throws IOException {
    ObjectNode file = (ObjectNode) JSON.readTree(resource("llama-tokenizer.json"));
    change.accept(file);
    return file.toString();
  }

  private void refused(String json, String reason) {
    assertThatThrownBy(() -> keep(json.getBytes(StandardCharsets.UTF_8), null))
        .isInstanceOf(BadInput.class)
        .hasMessageStartingWith("somewhere/tokenizer.json: " + reason)
        .message()
        .doesNotContain("\n");
  }
}
