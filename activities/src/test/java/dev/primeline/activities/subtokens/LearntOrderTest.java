package dev.primeline.activities.subtokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.primeline.activities.tokens.TokenArray;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.CodeOrder;
import java.util.Arrays;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class LearntOrderTest {

  @Test
  void frequentTokensHaveSmallCodes() {
    int[] tokens = {3, 3, 3, 1, 1, 4, 4, 0};
    assertThat(learn(CodeOrder.FREQUENCY, tokens, 6).codes()).containsExactly(3, 1, 4, 0, 2, 5);
  }

  /** Two topics, in each of which two kinds of tokens take turns; within a kind nothing differs. */
  @Test
  void tokensOfAKindShareTheirLeadingDigits() {
    SubTokenizer codes = learn(CodeOrder.DISTRIBUTIONAL, kinds(60_000, 64), 64).subTokenizer(2, 6);
    for (int token = 0; token < 64; token++) {
      int first = token % 4;
      assertThat(codes.digit(token, 0)).isEqualTo(codes.digit(first, 0));
      assertThat(codes.digit(token, 1)).isEqualTo(codes.digit(first, 1));
    }
  }

  /** Stored trainings depend on these bits: another algorithm needs another name. */
  @Test
  void distributionalCodesAreTheSameOnEveryMachine() {
    int[] tokens = kinds(30_000, 100);
    LearntOrder learnt = learn(CodeOrder.DISTRIBUTIONAL, tokens, 101);
    assertThat(learnt.subTokenizer(2, 7).hash()).isEqualTo("0483f9aaab7c9200");
    assertThat(Arrays.copyOf(learnt.codes(), 8)).containsExactly(65, 99, 40, 14, 58, 25, 37, 13);
  }

  @Test
  void theNumberOfThreadsChangesNothing() throws Exception {
    int[] tokens = kinds(30_000, 300);
    int[] here = learn(CodeOrder.DISTRIBUTIONAL, tokens, 300).codes();
    ForkJoinPool one = new ForkJoinPool(1);
    try {
      assertThat(one.submit(() -> learn(CodeOrder.DISTRIBUTIONAL, tokens, 300).codes()).get())
          .isEqualTo(here);
    } finally {
      one.shutdown();
    }
  }

  @Test
  void tinyTextsHaveCodesToo() {
    for (int vocabularySize : new int[] {1, 2, 3, 5}) {
      for (int size : new int[] {1, 2, 7}) {
        int[] tokens = IntStream.range(0, size).map(i -> i % vocabularySize).toArray();
        assertThat(learn(CodeOrder.DISTRIBUTIONAL, tokens, vocabularySize).codes())
            .doesNotHaveDuplicates()
            .hasSize(vocabularySize);
      }
    }
  }

  @Test
  void aTokenOutsideTheVocabularyIsNamed() {
    assertThatThrownBy(() -> learn(CodeOrder.DISTRIBUTIONAL, new int[] {0, 1, 9}, 5))
        .isInstanceOf(BadInput.class)
        .hasMessage("training token 2 is 9, expected one in [0, 5)");
  }

  @Test
  void whatIsReadIsWhatWasWritten() {
    LearntOrder learnt = learn(CodeOrder.FREQUENCY, new int[] {2, 2, 0}, 3);
    assertThat(LearntOrder.fromJson(learnt.toJson(), CodeOrder.FREQUENCY, "c0ffee", 3))
        .hasValueSatisfying(read -> assertThat(read.codes()).containsExactly(1, 2, 0));
    assertThat(LearntOrder.fromJson(learnt.toJson(), CodeOrder.FREQUENCY, "decaf", 3)).isEmpty();
    assertThat(LearntOrder.fromJson(learnt.toJson(), CodeOrder.FREQUENCY, "c0ffee", 4)).isEmpty();
    assertThat(LearntOrder.fromJson(learnt.toJson(), CodeOrder.DISTRIBUTIONAL, "c0ffee", 3))
        .isEmpty();
  }

  /**
   * Token v is of kind v modulo 4: the kinds 0 and 1 take turns for 50 tokens, then 2 and 3, and so
   * on; which of a kind it is, a skewed chance decides.
   */
  private static int[] kinds(int size, int vocabularySize) {
    PhiloxStream random = new PhiloxStream(9, StreamPurpose.CODES, 0);
    int tokensOfAKind = vocabularySize / 4;
    int[] tokens = new int[size];
    for (int i = 0; i < size; i++) {
      double u = random.uniform();
      tokens[i] = 2 * (i / 50 % 2) + i % 2 + 4 * (int) (u * u * tokensOfAKind);
    }
    return tokens;
  }

  private static LearntOrder learn(CodeOrder order, int[] tokens, int vocabularySize) {
    return LearntOrder.learn(
        order, "c0ffee", new SampledTokens(new TokenArray(tokens, 0), vocabularySize, n -> {}));
  }
}
