package dev.primeline.activities.batches;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyedBijectionTest {

  @ParameterizedTest
  @ValueSource(
      ints = {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 64, 97, 100, 1009, 4096, 4097, 65537})
  void everyIndexIsHitOnce(int size) {
    for (long epoch : new long[] {0, 1, 1L << 33}) {
      long[] images = images(size, 12, epoch);
      Arrays.sort(images);
      assertThat(images).isEqualTo(LongStream.range(0, size).toArray());
    }
  }

  /** The expected values come from an independent implementation in another language. */
  @Test
  void orderIsTheSameOnEveryMachine() {
    assertThat(images(10, 7, 3)).containsExactly(1, 2, 5, 4, 3, 9, 7, 6, 8, 0);
    int[] thousand = Arrays.stream(images(1000, 7, 0)).mapToInt(image -> (int) image).toArray();
    assertThat(Families.hash(thousand)).isEqualTo("3c648616170cb884");
  }

  @Test
  void hugeRangesAreSoughtDirectly() {
    long size = (1L << 45) + 12_345;
    KeyedBijection order = new KeyedBijection(size, 1, 2);
    long[] images = LongStream.range(size - 1000, size).map(order::at).toArray();
    assertThat(images).doesNotHaveDuplicates();
    assertThat(Arrays.stream(images).min().orElseThrow()).isNotNegative();
    assertThat(Arrays.stream(images).max().orElseThrow()).isLessThan(size);
    assertThat(Arrays.stream(images).average().orElseThrow())
        .isCloseTo(size / 2.0, within(size * 0.05));
  }

  @Test
  void seedsAndEpochsShuffleAnew() {
    long[] first = images(1000, 1, 0);
    for (long[] other : new long[][] {images(1000, 2, 0), images(1000, 1, 1)}) {
      long same = IntStream.range(0, 1000).filter(i -> first[i] == other[i]).count();
      assertThat(same).isLessThan(8);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5, 8, 13})
  void everyPlaceIsEquallyLikely(int size) {
    int epochs = 2000 * size;
    int[][] counts = new int[size][size];
    for (int epoch = 0; epoch < epochs; epoch++) {
      long[] images = images(size, 4, epoch);
      for (int i = 0; i < size; i++) {
        counts[i][(int) images[i]]++;
      }
    }
    for (int[] row : counts) {
      for (int count : row) {
        assertThat(count).isCloseTo(2000, within(200));
      }
    }
  }

  @Test
  void everyOrderOfFourIsEquallyLikely() {
    Map<String, Integer> orders = new HashMap<>();
    for (int epoch = 0; epoch < 24_000; epoch++) {
      orders.merge(Arrays.toString(images(4, 4, epoch)), 1, Integer::sum);
    }
    assertThat(orders).hasSize(24);
    assertThat(orders.values()).allSatisfy(count -> assertThat(count).isCloseTo(1000, within(160)));
  }

  @Test
  void indicesOutsideAreRefused() {
    KeyedBijection order = new KeyedBijection(3, 1, 0);
    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> order.at(3));
    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> order.at(-1));
  }

  private static long[] images(int size, long seed, long epoch) {
    KeyedBijection order = new KeyedBijection(size, seed, epoch);
    return LongStream.range(0, size).map(order::at).toArray();
  }
}
