package dev.primeline.workers.worker;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.primeline.activities.artifacts.LocalArtifactStore;
import dev.primeline.activities.corpus.CorpusSources;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.CodeOrder;
import dev.primeline.workflows.experiment.CodesFile;
import dev.primeline.workflows.experiment.ExperimentSpec;
import dev.primeline.workflows.experiment.SpecReader;
import dev.primeline.workflows.experiment.StoredSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpecFilesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private ExperimentSpec read(String singleQuoted) throws IOException {
    ObjectNode typed = (ObjectNode) JSON.readTree(singleQuoted.replace('\'', '"'));
    try (var store = new LocalArtifactStore(folder.resolve("store"));
        var sources = CorpusSources.everywhere()) {
      ObjectNode read = new SpecFiles(store, sources).read(typed);
      // What was read is not read again: the files may be gone.
      for (String name : List.of("tokenizer.json", "codes.json", "codes.safetensors")) {
        Files.deleteIfExists(folder.resolve(name));
      }
      assertThat(new SpecFiles(store, sources).read(read)).isEqualTo(read);
      ExperimentSpec spec = SpecReader.read(read);
      assertThat(SpecReader.read(StoredSpec.typed(JSON.valueToTree(spec)))).isEqualTo(spec);
      return spec;
    }
  }

  @Test
  void aTokenizerFileDecidesVocabularyAndSeparator() throws IOException {
    Path file = folder.resolve("tokenizer.json");
    Files.writeString(file, tokenizer());
    ExperimentSpec spec =
        read(
            "{'corpus':{'uri':'x.txt','tokenizerFile':{'uri':'%s'}},'families':['prime-v2']}"
                .formatted(file));
    assertThat(spec.corpus().vocabularySize()).isEqualTo(258);
    assertThat(spec.corpus().separator()).isEqualTo(0);
    assertThat(spec.families().get(0).ell()).isEqualTo(9);
  }

  /** Bytes, and a token that stands before every text. */
  private static String tokenizer() {
    ObjectNode file = JSON.createObjectNode();
    file.putArray("added_tokens")
        .addObject()
        .put("id", 0)
        .put("content", "<s>")
        .put("special", true);
    file.putObject("post_processor")
        .put("type", "TemplateProcessing")
        .putArray("single")
        .addObject()
        .putObject("SpecialToken")
        .put("id", "<s>");
    ObjectNode model = file.putObject("model").put("type", "BPE").put("byte_fallback", true);
    ObjectNode vocabulary = model.putObject("vocab").put("<s>", 0).put("a", 1);
    for (int b = 0; b < 256; b++) {
      vocabulary.put("<0x%02X>".formatted(b), 2 + b);
    }
    model.putArray("merges");
    return file.toString();
  }

  @ParameterizedTest
  @CsvSource({"json", "safetensors"})
  void givenCodesAreReadFromArraysAndTensors(String format) throws IOException {
    Path file = folder.resolve("codes." + format);
    if (format.equals("json")) {
      Files.writeString(file, " [3, 1, 0, 2]\n");
    } else {
      byte[] header =
          "{\"perm\":{\"dtype\":\"I64\",\"shape\":[4],\"data_offsets\":[0,32]}}"
              .getBytes(StandardCharsets.UTF_8);
      ByteBuffer bytes = ByteBuffer.allocate(8 + header.length + 32).order(ByteOrder.LITTLE_ENDIAN);
      bytes.putLong(header.length).put(header).putLong(3).putLong(1).putLong(0).putLong(2);
      Files.write(file, bytes.array());
    }
    ExperimentSpec spec =
        read("{'families':['arm',{'family':'prime-v2','codes':{'uri':'%s'}}]}".formatted(file));
    assertThat(spec.families().get(1).order()).isEqualTo(CodeOrder.IMPORTED);
    CodesFile codes = requireNonNull(spec.families().get(1).codes());
    String key = requireNonNull(codes.stored()).key();
    assertThat(folder.resolve("store").resolve(key)).hasContent("[3,1,0,2]");
  }

  @Test
  void whatIsNotThereOrNotOfItsKindIsRefusedInOneSentence() throws IOException {
    assertThatThrownBy(() -> read("{'corpus':{'uri':'x','tokenizerFile':{'uri':'/absent.json'}}}"))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("/absent.json");
    Path file = Files.write(folder.resolve("codes.bin"), new byte[] {1, 2, 3});
    assertThatThrownBy(
            () -> read("{'families':[{'family':'prime','codes':{'uri':'%s'}}]}".formatted(file)))
        .isInstanceOf(BadInput.class)
        .hasMessageStartingWith(file.toString());
    Files.writeString(file, "[0]");
    assertThatThrownBy(
            () -> read("{'families':[{'family':'arm','codes':{'uri':'%s'}}]}".formatted(file)))
        .isInstanceOf(BadInput.class)
        .hasMessage("families[0].codes: given for arm, which reads whole tokens, expected none");
  }
}
