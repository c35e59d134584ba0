package dev.primeline.activities.subtokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.CodeOrder;
import dev.primeline.workflows.experiment.Codes;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubTokenizerTest {

  @ParameterizedTest
  @CsvSource({
    "257, 257, 1",
    "257, 17, 2",
    "257, 5, 4",
    "257, 2, 9",
    "256, 2, 8",
    "17, 2, 5",
    "17, 3, 3",
    "1, 2, 1",
    "2, 2, 1",
    "50257, 7, 6",
    "50257, 2, 16",
    "32000, 2, 15",
    "5000, 2, 30"
  })
  void everyTokenComesBackFromItsDigits(int vocabularySize, int base, int ell) {
    for (CodeOrder order : List.of(CodeOrder.INDEX, CodeOrder.SHUFFLED, CodeOrder.ALL_CODES)) {
      SubTokenizer built = SubTokenizer.build(vocabularySize, base, ell, order, 3);
      for (int token = 0; token < vocabularySize; token++) {
        int code = 0;
        for (int j = 0; j < ell; j++) {
          int digit = built.digit(token, j);
          assertThat(digit >= 0 && digit < base).isTrue();
          code = code * base + digit;
        }
        assertThat(code).isEqualTo(built.code(token));
        assertThat(built.token(code)).isEqualTo(token);
      }
    }
  }

  @Test
  void codesBeyondTheImageAreNobodys() {
    SubTokenizer built = SubTokenizer.build(257, 2, 9, CodeOrder.SHUFFLED, 1);
    assertThat(built.denseImage()).isTrue();
    assertThat(built.token(257)).isEqualTo(-1);
    assertThat(built.token(511)).isEqualTo(-1);
    assertThat(built.token(-1)).isEqualTo(-1);
  }

  @Test
  void allCodesSpreadOverTheWholeRange() {
    SubTokenizer built = SubTokenizer.build(257, 2, 9, CodeOrder.ALL_CODES, 1);
    assertThat(built.denseImage()).isFalse();
    int owned = 0;
    for (int code = 0; code < 512; code++) {
      int token = built.token(code);
      if (token >= 0) {
        assertThat(built.code(token)).isEqualTo(code);
        owned++;
      }
    }
    assertThat(owned).isEqualTo(257);
    assertThat(SubTokenizer.build(256, 2, 8, CodeOrder.ALL_CODES, 1).denseImage()).isTrue();
  }

  @Test
  void indexOrderGivesATokenItsOwnId() {
    SubTokenizer built = SubTokenizer.build(257, 2, 9, CodeOrder.INDEX, 8);
    assertThat(built.code(133)).isEqualTo(133);
    assertThat(built.hash()).isEqualTo("bd58dc35d3433786");
    assertThat(built.toJson())
        .isEqualTo(SubTokenizer.build(257, 2, 9, CodeOrder.INDEX, 9).toJson());
  }

  /** The expected values come from an independent implementation in another language. */
  @Test
  void shuffledCodesAreTheSameOnEveryMachine() {
    SubTokenizer bytes = SubTokenizer.build(257, 2, 9, CodeOrder.SHUFFLED, 1);
    assertThat(Arrays.copyOf(bytes.codes(), 8)).containsExactly(18, 31, 74, 13, 20, 171, 73, 242);
    assertThat(bytes.hash()).isEqualTo("b86f7d6df1c19541");
    SubTokenizer gpt2 = SubTokenizer.build(50257, 2, 16, CodeOrder.SHUFFLED, 1);
    assertThat(Arrays.copyOf(gpt2.codes(), 4)).containsExactly(3628, 5893, 14237, 2009);
    assertThat(gpt2.hash()).isEqualTo("d8797792338af7d4");
    SubTokenizer sparse = SubTokenizer.build(50257, 2, 16, CodeOrder.ALL_CODES, 1);
    assertThat(Arrays.copyOf(sparse.codes(), 4)).containsExactly(4731, 7685, 18565, 2620);
    assertThat(sparse.hash()).isEqualTo("dd158690385e5159");
  }

  @Test
  void hashSeesSeedBaseAndEll() {
    assertThat(
            new String[] {
              SubTokenizer.build(257, 2, 9, CodeOrder.SHUFFLED, 1).hash(),
              SubTokenizer.build(257, 2, 9, CodeOrder.SHUFFLED, 2).hash(),
              SubTokenizer.build(257, 2, 9, CodeOrder.INDEX, 1).hash(),
              SubTokenizer.build(257, 2, 10, CodeOrder.INDEX, 1).hash(),
              SubTokenizer.build(257, 3, 9, CodeOrder.INDEX, 1).hash()
            })
        .doesNotHaveDuplicates();
  }

  @Test
  void changingTheCopyOfTheCodesChangesNothing() {
    SubTokenizer built = SubTokenizer.build(4, 2, 2, CodeOrder.INDEX, 0);
    built.codes()[0] = 3;
    assertThat(built.code(0)).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "257 | 2 | 8 | a vocabulary of 257 does not fit 2^8 = 256 codes",
        "257 | 1 | 8 | base is 1, expected at least 2",
        "257 | 257 | 0 | ell is 0, expected at least 1",
        "0 | 2 | 8 | vocabularySize is 0, expected at least 1",
        "257 | 2 | 31 | base 2 with ell 31 makes more than 2^30 codes, expected at most that",
        "257 | 65536 | 8 | base 65536 with ell 8 makes more than 2^30 codes, expected at most that"
      })
  void impossibleCodesAreRefusedInOneSentence(
      int vocabularySize, int base, int ell, String message) {
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> SubTokenizer.build(vocabularySize, base, ell, CodeOrder.INDEX, 0))
        .withMessage(message);
  }

  @Test
  void theSmallestBaseAlwaysFits() {
    for (int ell = 1; ell <= 16; ell++) {
      int base = Codes.smallestBase(50257, ell);
      assertThat(SubTokenizer.build(50257, base, ell, CodeOrder.INDEX, 0).base()).isEqualTo(base);
    }
  }
}
