package dev.primeline.activities.subtokens;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.workflows.experiment.Attention;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.CodeOrder;
import dev.primeline.workflows.experiment.CodesFile;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.Head;
import dev.primeline.workflows.experiment.Objective;
import java.io.IOException;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GivenCodesTest {

  private final ArtifactStore store = new MemoryStore();

  private SubTokenizer open(long[] codes, int vocabularySize, int ell) throws IOException {
    CodesFile kept = GivenCodes.keep(store, new CodesFile("permutation.pt", null), codes);
    Family family =
        new Family(
            "v2",
            Attention.FULL,
            ell,
            2,
            CodeOrder.IMPORTED,
            Head.SUB_TOKEN,
            Objective.BOUND,
            kept);
    return GivenCodes.open(store, family, vocabularySize);
  }

  /** Of the published form for V = 32000: only [0, 32000) is permuted. */
  @Test
  void aPermutationThatKeepsToTheVocabularyHasADenseImage() throws IOException {
    long[] codes =
        LongStream.range(0, 32768).map(x -> x < 32000 ? (x * 7 + 3) % 32000 : x).toArray();
    SubTokenizer read = open(codes, 32000, 15);
    assertThat(read.code(1)).isEqualTo(10);
    assertThat(read.denseImage()).isTrue();
    assertThat(SubTokenizer.fromJson(read.toJson()).hash()).isEqualTo(read.hash());
  }

  /** Of the published form for GPT-2: tokens have codes of V and above. */
  @Test
  void aPermutationOfAllCodesHasAnImageBeyondTheVocabulary() throws IOException {
    long[] codes = LongStream.range(0, 65536).map(x -> x * 40503 % 65536).toArray();
    SubTokenizer read = open(codes, 50257, 16);
    assertThat(read.denseImage()).isFalse();
    assertThat(read.token(read.code(50256))).isEqualTo(50256);
    assertThat(LongStream.range(0, 65536).filter(c -> read.token((int) c) < 0))
        .hasSize(65536 - 50257);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"codes\":[1]} | x: no array, expected the code of every token",
        "[0,1.5] | x: token 1 has code 1.5, expected a whole number",
        "[0,1 | x: no JSON (",
      })
  void whatIsNoArrayOfCodesIsRefused(String json, String message) {
    assertThatThrownBy(() -> GivenCodes.parse("x", json.getBytes(UTF_8)))
        .isInstanceOf(BadInput.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void codesThatDoNotFitAreRefused() {
    assertThatThrownBy(() -> open(new long[] {0, 1, 2}, 4, 2))
        .isInstanceOf(BadInput.class)
        .hasMessage("permutation.pt: 3 codes for a vocabulary of 4, expected one a token");
    assertThatThrownBy(() -> open(new long[] {0, 1, 1, 3}, 4, 2))
        .hasMessage("tokens 1 and 2 both have code 1, expected distinct codes");
    assertThatThrownBy(() -> open(new long[] {0, 1, 1L << 40, 3}, 4, 2))
        .hasMessage("token 2 has code 2147483647, expected one in [0, 4)");
  }
}
