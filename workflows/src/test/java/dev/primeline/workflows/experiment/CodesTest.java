package dev.primeline.workflows.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CodesTest {

  @ParameterizedTest
  @CsvSource({
    "32768, 5, 8",
    "32769, 5, 9",
    "32000, 5, 8",
    "50257, 2, 225",
    "50257, 6, 7",
    "50257, 16, 2",
    "257, 4, 5",
    "256, 4, 4",
    "257, 9, 2",
    "257, 1, 257",
    "1, 3, 2"
  })
  void smallestBaseIsTheExactRootRoundedUp(int vocabularySize, int ell, int base) {
    assertThat(Codes.smallestBase(vocabularySize, ell)).isEqualTo(base);
  }

  @Test
  void smallestBaseFitsAndTheOneBelowDoesNot() {
    for (int vocabularySize = 3; vocabularySize < 60000; vocabularySize += 37) {
      for (int ell = 1; ell <= 20; ell++) {
        int base = Codes.smallestBase(vocabularySize, ell);
        assertThat(BigInteger.valueOf(base).pow(ell)).isGreaterThanOrEqualTo(big(vocabularySize));
        if (base > 2) {
          assertThat(big(base - 1).pow(ell)).isLessThan(big(vocabularySize));
        }
      }
    }
  }

  @Test
  void countsThatOverflowAreTheLargestLong() {
    assertThat(Codes.count(2, 62)).isEqualTo(1L << 62);
    assertThat(Codes.count(2, 63)).isEqualTo(Long.MAX_VALUE);
    assertThat(Codes.count(Integer.MAX_VALUE, 3)).isEqualTo(Long.MAX_VALUE);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 1", "3, 2", "256, 8", "257, 9", "32000, 15", "50257, 16", "65536, 16"})
  void bitsAreTheBinaryLogarithmRoundedUp(int values, int bits) {
    assertThat(Codes.bits(values)).isEqualTo(bits);
  }

  private static BigInteger big(int value) {
    return BigInteger.valueOf(value);
  }
}
