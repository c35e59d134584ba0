package dev.primeline.activities.subtokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PhiloxTest {

  @Test
  void blocksAreThoseOfThePublishedKnownAnswers() {
    assertThat(block(0, 0, 0, 0, 0L))
        .containsExactly(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8);
    assertThat(block(-1, -1, -1, -1, -1L))
        .containsExactly(0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd);
    assertThat(block(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0x299f31d0a4093822L))
        .containsExactly(0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1);
  }

  @Test
  void streamIsTheBlocksOfItsCounters() {
    PhiloxStream stream = new PhiloxStream(7, StreamPurpose.TRAINING_SUBSET, (1L << 40) + 3);
    assertThat(
            new int[] {stream.next(), stream.next(), stream.next(), stream.next(), stream.next()})
        .containsExactly(0x3c4e14b0, 0x58b94caa, 0x8c617733, 0x6c322f8b, 0x5000e347);
    assertThat(new PhiloxStream(-1, StreamPurpose.TRAINING_COUNT, 5).uniform())
        .isEqualTo(0.7856809588289877);
  }

  @Test
  void seedPurposeAndIndexEachMakeAnotherStream() {
    Set<Integer> words = new HashSet<>();
    int streams = 0;
    for (long seed : new long[] {0, 1, 1L << 32}) {
      for (StreamPurpose purpose : StreamPurpose.values()) {
        for (long index : new long[] {0, 1, 1L << 32}) {
          words.add(new PhiloxStream(seed, purpose, index).next());
          streams++;
        }
      }
    }
    assertThat(words).hasSize(streams);
  }

  @Test
  void boundedIntegersAreUniform() {
    for (int bound : new int[] {1, 2, 3, 7, 10}) {
      PhiloxStream stream = new PhiloxStream(bound, StreamPurpose.CODES, 0);
      int[] counts = new int[bound];
      for (int i = 0; i < 10_000 * bound; i++) {
        counts[stream.below(bound)]++;
      }
      for (int count : counts) {
        assertThat(count).isCloseTo(10_000, within(450));
      }
    }
  }

  @Test
  void boundedIntegersAreUniformWhereAQuarterOfTheWordsIsRejected() {
    // bound / 2^32 = 3/8: unrejected, eight words in a row would give 0 0 0 1 1 1 2 2 modulo 3.
    int bound = 3 << 29;
    PhiloxStream stream = new PhiloxStream(3, StreamPurpose.CODES, 0);
    int[] classes = new int[3];
    for (int i = 0; i < 90_000; i++) {
      int value = stream.below(bound);
      assertThat(value).isBetween(0, bound - 1);
      classes[value % 3]++;
    }
    for (int count : classes) {
      assertThat(count).isCloseTo(30_000, within(700));
    }
  }

  private static int[] block(int c0, int c1, int c2, int c3, long key) {
    int[] words = new int[4];
    Philox.block(c0, c1, c2, c3, key, words);
    return words;
  }
}
