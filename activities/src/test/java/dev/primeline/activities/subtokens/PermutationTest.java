package dev.primeline.activities.subtokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PermutationTest {

  @Test
  void firstEntriesAreAPrefixOfTheWholePermutation() {
    Permutation permutation = new Permutation(Permutation.FISHER_YATES, 1000, 5);
    int[] whole = permutation.first(1000);
    assertThat(whole).doesNotHaveDuplicates().hasSize(1000);
    for (int count : new int[] {1, 2, 500, 999}) {
      assertThat(permutation.first(count)).isEqualTo(Arrays.copyOf(whole, count));
    }
  }

  @Test
  void everyOrderIsEquallyLikely() {
    Map<String, Integer> orders = new HashMap<>();
    for (int seed = 0; seed < 24_000; seed++) {
      int[] order = new Permutation(Permutation.FISHER_YATES, 4, seed).first(4);
      orders.merge(Arrays.toString(order), 1, Integer::sum);
    }
    assertThat(orders).hasSize(24);
    assertThat(orders.values()).allSatisfy(count -> assertThat(count).isCloseTo(1000, within(160)));
  }

  @Test
  void aHugeRangeCostsOnlyItsFirstEntries() {
    int[] codes = new Permutation(Permutation.FISHER_YATES, 1 << 30, 9).first(1000);
    assertThat(codes).doesNotHaveDuplicates();
    assertThat(Arrays.stream(codes).average().orElseThrow())
        .isCloseTo(1 << 29, within(0.1 * (1 << 29)));
  }
}
