package dev.primeline.activities.subtokens;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.CodeOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubTokenizerJsonTest {

  private static final String SMALL =
      "{\"schemaVersion\":1,\"hash\":\"%s\",\"vocabularySize\":3,\"base\":2,\"ell\":2,"
          + "\"permutation\":{\"algorithm\":\"identity\",\"range\":3,\"seed\":0},"
          + "\"codes\":[0,1,2]}";

  private final SubTokenizer small = SubTokenizer.build(3, 2, 2, CodeOrder.INDEX, 4);

  @Test
  void fileIsThisText() {
    assertThat(new String(small.toJson(), UTF_8)).isEqualTo(SMALL.formatted(small.hash()));
  }

  /** The bytes of the files themselves: whoever named one by its hash must find it for ever. */
  @Test
  void filesKeepTheirBytesForEver() {
    assertThat(Hashes.sha256(SubTokenizer.build(257, 2, 9, CodeOrder.SHUFFLED, 1).toJson()))
        .isEqualTo("22236c538a43d5a6c49a636c3bb00c63b9cc9e5343d3cfbb76d3b6f77d188d66");
    assertThat(Hashes.sha256(SubTokenizer.build(50257, 2, 16, CodeOrder.ALL_CODES, 1).toJson()))
        .isEqualTo("5ba5a33bdbb443dc1ff8c4ae5120f43a15dc581b2dd5977829d03c20c454abf4");
  }

  @Test
  void whatIsReadIsWhatWasWritten() {
    for (CodeOrder order : List.of(CodeOrder.INDEX, CodeOrder.SHUFFLED, CodeOrder.ALL_CODES)) {
      SubTokenizer written = SubTokenizer.build(257, 3, 6, order, -5);
      SubTokenizer read = SubTokenizer.fromJson(written.toJson());
      assertThat(read.hash()).isEqualTo(written.hash());
      assertThat(read.codes()).isEqualTo(written.codes());
      assertThat(read.toJson()).isEqualTo(written.toJson());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "\"schemaVersion\":1 | \"schemaVersion\":2 | schemaVersion is 2, expected 1",
        "\"base\":2 | \"base\":\"2\" | base is \"2\", expected an integer",
        "\"base\":2 | \"base\":1 | base is 1, expected at least 2",
        "\"base\":2 | \"bass\":2 | unknown key bass",
        "\"ell\":2 | \"ell\":1 | a vocabulary of 3 does not fit 2^1 = 2 codes",
        "\"ell\":2, | ~~ | the file has no key ell",
        "[0,1,2] | [0,1] | codes has 2 entries, expected vocabularySize = 3",
        "[0,1,2] | [0,1,1] | tokens 1 and 2 both have code 1, expected distinct codes",
        "[0,1,2] | [0,1,4] | token 2 has code 4, expected one in [0, 4)",
        "[0,1,2] | [0,-1,2] | token 1 has code -1, expected one in [0, 4)",
        "[0,1,2] | [0,1,2.5] | codes[2] is 2.5, expected an integer",
        "identity | magic | permutation.algorithm is magic, expected one of"
            + " identity, fisher-yates-philox4x32-10, frequency-1, distributional-ppmi-svd64-1,"
            + " imported",
        "\"seed\":0 | \"seed\":null | permutation.seed is null, expected an integer"
      })
  void damageIsNamed(String what, String by, String message) {
    String damaged = SMALL.formatted(small.hash()).replace(what, by);
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> SubTokenizer.fromJson(damaged.getBytes(UTF_8)))
        .withMessage("sub-tokenizer file: " + message);
  }

  @Test
  void swappedCodesDoNotMatchTheHash() {
    String damaged = SMALL.formatted(small.hash()).replace("[0,1,2]", "[1,0,2]");
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> SubTokenizer.fromJson(damaged.getBytes(UTF_8)))
        .withMessageContaining("hash is " + small.hash() + ", expected ");
  }

  @Test
  void anythingCutShortIsRefused() {
    byte[] whole = small.toJson();
    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThatExceptionOfType(BadInput.class)
          .isThrownBy(() -> SubTokenizer.fromJson(part))
          .withMessageStartingWith("sub-tokenizer file: ");
    }
  }
}
