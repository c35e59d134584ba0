package dev.primeline.activities.subtokens;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.primeline.activities.tokens.TokenArray;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.CodeOrder;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CodeAnalysisTest {
  private static final ArtifactRef CORPUS = new ArtifactRef("corpora/x", "c0ffee", 1);

  private final MemoryStore store = new MemoryStore();

  @Test
  void everyOrderIsMeasuredWithEveryEll() throws IOException {
    CodeAnalysis analysis = analyse(List.of(1, 3)).analysis();
    assertThat(analysis.rows())
        .extracting(CodeAnalysis.Row::order)
        .containsExactly(
            CodeOrder.INDEX,
            CodeOrder.SHUFFLED,
            CodeOrder.FREQUENCY,
            CodeOrder.DISTRIBUTIONAL,
            CodeOrder.INDEX,
            CodeOrder.SHUFFLED,
            CodeOrder.FREQUENCY,
            CodeOrder.DISTRIBUTIONAL);
    assertThat(analysis.rows()).extracting(CodeAnalysis.Row::base).contains(8, 2);
  }

  /** Tokens 0 and 3 alone: two bits that are always equal in index order. */
  @Test
  void totalCorrelationIsWhatDigitsSayAboutEachOther() throws IOException {
    double bit = Math.log(2);
    CodeAnalysis analysis = analyse(List.of(1, 3)).analysis();
    assertThat(analysis.tokenEntropyNats()).isCloseTo(bit, within(1e-12));
    CodeAnalysis.Row whole = analysis.rows().get(0);
    assertThat(whole.totalCorrelationNats()).isCloseTo(0, within(1e-12));
    CodeAnalysis.Row index = analysis.rows().get(4);
    assertThat(index.digitEntropiesNats()).containsExactly(0.0, bit, bit);
    assertThat(index.totalCorrelationNats()).isCloseTo(bit, within(1e-12));
    CodeAnalysis.Row frequency = analysis.rows().get(6);
    assertThat(frequency.digitEntropiesNats()).containsExactly(0.0, 0.0, bit);
    assertThat(frequency.totalCorrelationNats()).isCloseTo(0, within(1e-12));
  }

  @Test
  void whatIsRecommendedHasItsReasonAndTheNumbersOfThisText() throws IOException {
    CodeAnalysis.Recommendation recommended = analyse(List.of()).analysis().recommended();
    assertThat(recommended.order()).isEqualTo(CodeOrder.DISTRIBUTIONAL);
    assertThat(recommended.ell()).isEqualTo(3);
    assertThat(recommended.base()).isEqualTo(2);
    assertThat(recommended.reason()).contains("valid bound").containsPattern("shuffled ones \\d");
    assertThat(analyse(List.of(1)).analysis().recommended().reason()).contains("is no guide");
  }

  @Test
  void theAnalysisIsAFileOfTheStore() throws IOException {
    CodeAnalysis.Stored stored = analyse(List.of(3));
    byte[] json = store.read(stored.file().key());
    assertThat(stored.file().sha256()).isEqualTo(Hashes.sha256(json));
    JsonNode tree = new ObjectMapper().readTree(new String(json, UTF_8));
    assertThat(tree.path("rows").path(1).path("order").asText()).isEqualTo("shuffled");
    assertThat(analyse(List.of(3)).file()).isEqualTo(stored.file());
    assertThat(store.list("codeorders/c0ffee/")).hasSize(3);
  }

  @Test
  void anEllThatIsNoneIsRefused() {
    assertThatThrownBy(() -> analyse(List.of(2, 31)))
        .isInstanceOf(BadInput.class)
        .hasMessage("ell: 31, expected a number of digits from 1 to 30");
  }

  private CodeAnalysis.Stored analyse(List<Integer> ells) throws IOException {
    int[] tokens = {0, 3, 3, 0, 3, 0, 0, 3};
    return CodeAnalysis.of(
        store, corpus -> new TokenArray(tokens, 0), CORPUS, 8, 1, ells, read -> {});
  }
}
