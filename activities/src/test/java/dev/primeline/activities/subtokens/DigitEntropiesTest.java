package dev.primeline.activities.subtokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.primeline.activities.tokens.TokenArray;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.CodeOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DigitEntropiesTest {

  private static final double LN2 = StrictMath.log(2);

  @Test
  void evenTokensGiveEveryDigitItsWholeEntropy() {
    SubTokenizer index = SubTokenizer.build(16, 2, 4, CodeOrder.INDEX, 0);
    long[] counts = new long[16];
    Arrays.fill(counts, 5);
    assertThat(DigitEntropies.of(index, counts)).containsExactly(LN2, LN2, LN2, LN2);
  }

  @Test
  void mostSignificantDigitComesFirst() {
    SubTokenizer index = SubTokenizer.build(4, 2, 2, CodeOrder.INDEX, 0);
    // Tokens 0 = 00 and 1 = 01: the first digit says nothing, the second all.
    assertThat(DigitEntropies.of(index, new long[] {3, 3, 0, 0})).containsExactly(0.0, LN2);
    double uneven = -0.25 * StrictMath.log(0.25) - 0.75 * StrictMath.log(0.75);
    assertThat(DigitEntropies.of(index, new long[] {1, 0, 3, 0})[0])
        .isCloseTo(uneven, within(1e-15));
  }

  @Test
  void shufflingSpreadsWhatIndexOrderLeavesToTheLastDigits() {
    long[] counts = new long[256];
    Arrays.fill(counts, 96, 128, 100);
    double[] index = DigitEntropies.of(SubTokenizer.build(256, 2, 8, CodeOrder.INDEX, 0), counts);
    double[] shuffled =
        DigitEntropies.of(SubTokenizer.build(256, 2, 8, CodeOrder.SHUFFLED, 1), counts);
    assertThat(index[0]).isZero();
    assertThat(Arrays.stream(shuffled).min().orElseThrow()).isGreaterThan(0.8 * LN2);
  }

  @Test
  void noTokensHaveNoEntropy() {
    SubTokenizer index = SubTokenizer.build(4, 2, 2, CodeOrder.INDEX, 0);
    assertThat(DigitEntropies.of(index, new long[4])).containsExactly(0, 0);
  }

  @Test
  void countsAreTakenOverEveryBlock() {
    List<Long> told = new ArrayList<>();
    long[] counts = TokenCounts.of(TokenArray.counting(150_000, 3), 5, told::add);
    assertThat(counts).containsExactly(50_000, 50_000, 50_000, 0, 0);
    assertThat(told).containsExactly(65_536L, 131_072L, 150_000L);
  }

  @Test
  void tokenOutsideTheVocabularyIsNamed() {
    TokenArray tokens = new TokenArray(new int[] {0, 1, 7, 2}, 0);
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> TokenCounts.of(tokens, 5, done -> {}))
        .withMessage("training token 2 is 7, expected one in [0, 5)");
  }
}
