package dev.primeline.activities.batches;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.primeline.activities.subtokens.PhiloxStream;
import dev.primeline.activities.subtokens.StreamPurpose;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MasksTest {

  @ParameterizedTest
  @CsvSource({"1, 1", "7, 1", "5, 4", "64, 16", "3, 30"})
  void exactlyMDigitsAreMasked(int length, int ell) {
    for (int m = 0; m <= length * ell; m++) {
      int[] masks = draw(length, ell, m, m);
      assertThat(Arrays.stream(masks).map(Integer::bitCount).sum()).isEqualTo(m);
      assertThat(Arrays.stream(masks).allMatch(mask -> mask >>> ell == 0)).isTrue();
    }
  }

  @Test
  void everyDigitAndPairIsMaskedAtItsRate() {
    int draws = 40_000;
    int n = 12;
    int m = 5;
    int[][] together = new int[n][n];
    for (int draw = 0; draw < draws; draw++) {
      int[] masks = draw(4, 3, m, draw);
      for (int a = 0; a < n; a++) {
        for (int b = 0; b < n; b++) {
          together[a][b] += bit(masks, a) & bit(masks, b);
        }
      }
    }
    double single = (double) m / n;
    double pair = single * (m - 1) / (n - 1);
    for (int a = 0; a < n; a++) {
      for (int b = 0; b < n; b++) {
        double rate = a == b ? single : pair;
        double error = Math.sqrt(rate * (1 - rate) / draws);
        assertThat((double) together[a][b] / draws).isCloseTo(rate, within(4.5 * error));
      }
    }
  }

  @Test
  void everySubsetIsEquallyLikely() {
    Map<String, Integer> subsets = new HashMap<>();
    for (int draw = 0; draw < 20_000; draw++) {
      subsets.merge(Arrays.toString(draw(3, 2, 3, draw)), 1, Integer::sum);
    }
    assertThat(subsets).hasSize(20);
    assertThat(subsets.values())
        .allSatisfy(count -> assertThat(count).isCloseTo(1000, within(150)));
  }

  @Test
  void onlyTheRowIsWritten() {
    int[] masks = new int[6];
    Arrays.fill(masks, -7);
    Masks.draw(2, 3, 6, new PhiloxStream(1, StreamPurpose.TRAINING_SUBSET, 0), masks, 2);
    assertThat(masks).containsExactly(-7, -7, 7, 7, -7, -7);
  }

  @Test
  void impossibleCountsAreRefused() {
    assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> draw(2, 3, 7, 0));
    assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> draw(2, 31, 1, 0));
  }

  @Test
  void stratifiedCountsAreOnePlusTheFloor() {
    assertThat(MaskCounts.stratified(10, 0.0, 0, 4)).isEqualTo(1);
    assertThat(MaskCounts.stratified(10, 0.5, 1, 4)).isEqualTo(4);
    assertThat(MaskCounts.stratified(10, 0.999, 3, 4)).isEqualTo(10);
    assertThat(MaskCounts.stratified(4096, Math.nextDown(1.0), 63, 64)).isEqualTo(4096);
    assertThat(MaskCounts.stratified(1, 0.7, 5, 9)).isEqualTo(1);
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> MaskCounts.stratified(10, 1.0, 0, 4));
  }

  @Test
  void stratifiedCountsAreUniformOverTheRateAndTheDraws() {
    int n = 7;
    int draws = 3;
    int[] counts = new int[n + 1];
    for (int u = 0; u < 7000; u++) {
      for (int k = 0; k < draws; k++) {
        counts[MaskCounts.stratified(n, (u + 0.5) / 7000, k, draws)]++;
      }
    }
    assertThat(counts).containsExactly(0, 3000, 3000, 3000, 3000, 3000, 3000, 3000);
  }

  private static int bit(int[] masks, int digit) {
    return masks[digit / 3] >> digit % 3 & 1;
  }

  private static int[] draw(int length, int ell, int m, long index) {
    int[] masks = new int[length];
    PhiloxStream stream = new PhiloxStream(20, StreamPurpose.TRAINING_SUBSET, index);
    Masks.draw(length, ell, m, stream, masks, 0);
    return masks;
  }
}
