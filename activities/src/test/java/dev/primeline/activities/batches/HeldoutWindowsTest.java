package dev.primeline.activities.batches;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.primeline.activities.tokens.TokenArray;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.Family;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HeldoutWindowsTest {

  private static final int[] TOKENS = IntStream.range(0, 93).map(i -> i % 15).toArray();

  private final HeldoutWindows windows = windows(0);

  @Test
  void everyTokenIsInExactlyOneWindowInOrder() {
    assertThat(windows.count()).isEqualTo(10);
    assertThat(windows.tokens()).isEqualTo(93);
    int[] read = new int[93];
    for (int window = 0; window < windows.count(); window++) {
      assertThat(windows.start(window)).isEqualTo(window * 10L);
      assertThat(windows.length(window)).isEqualTo(window < 9 ? 10 : 3);
      windows.copy(window, read, (int) windows.start(window));
    }
    assertThat(read).isEqualTo(TOKENS);
  }

  @Test
  void limitTakesWholeWindowsFromTheBeginning() {
    assertThat(windows(39).count()).isEqualTo(3);
    assertThat(windows(39).tokens()).isEqualTo(30);
    assertThat(windows(40).count()).isEqualTo(4);
    assertThat(windows(92).tokens()).isEqualTo(90);
    assertThat(windows(93).tokens()).isEqualTo(93);
    assertThat(windows(1000).count()).isEqualTo(10);
  }

  @Test
  void textOfWholeWindowsHasNoShortOne() {
    HeldoutWindows whole = new HeldoutWindows(TokenArray.counting(30, 15), 15, 10, 0);
    assertThat(whole.count()).isEqualTo(3);
    assertThat(whole.length(2)).isEqualTo(10);
  }

  @Test
  void textWithoutTokensAndLimitBelowAWindowAreRefused() {
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> new HeldoutWindows(new TokenArray(new int[0]), 15, 10, 0))
        .withMessage("the held-out text has no token, expected at least one");
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> windows(9))
        .withMessage("maxTokens is 9, expected 0 for all or at least one window of 10");
  }

  @Test
  void windowBelongsToTheDocumentInWhichItStarts() {
    // Documents of 5, 5, 15, 0 and 68 tokens.
    HeldoutWindows cut = new HeldoutWindows(new TokenArray(TOKENS, 0, 5, 10, 25, 25), 15, 10, 0);
    assertThat(IntStream.range(0, cut.count()).map(cut::document))
        .containsExactly(0, 2, 2, 4, 4, 4, 4, 4, 4, 4);
  }

  @Test
  void modelsOfEqualEllShareTheVeryMasks() {
    int[] some = {3, 0, 7};
    Batch one = windows.batch(some, Families.BINARY, 1, 4, 99);
    Batch other = windows.batch(some, Families.SHUFFLED, 1, 4, 99);
    assertThat(other.masks()).isEqualTo(one.masks());
    assertThat(other.weights()).isEqualTo(one.weights());
    assertThat(other.tokens()).isEqualTo(one.tokens());
  }

  @Test
  void masksDoNotDependOnTheWindowsBeside() {
    Batch together = windows.batch(new int[] {3, 0, 7}, Families.SHUFFLED, 1, 4, 99);
    Batch alone = windows.batch(new int[] {7}, Families.SHUFFLED, 1, 4, 99);
    assertThat(Arrays.copyOfRange(together.masks(), 20, 30)).isEqualTo(alone.masks());
    assertThat(together.weights()[2]).isEqualTo(alone.weights()[0]);
  }

  @Test
  void modelsOfAnotherEllShareTheRate() {
    for (int window = 0; window < 9; window++) {
      for (int draw = 0; draw < 4; draw++) {
        int m = masked(Families.MDM, window, draw, 4);
        int m4 = masked(Families.SHUFFLED, window, draw, 4);
        // floor(n r) for n = 10 and n = 40 at the same r.
        assertThat((m4 - 1) / 4).isEqualTo(m - 1);
      }
    }
  }

  @Test
  void drawsOfAWindowCoverEveryStratum() {
    for (int window = 0; window < 10; window++) {
      int n = 4 * windows.length(window);
      for (int draw = 0; draw < n; draw++) {
        assertThat(masked(Families.SHUFFLED, window, draw, n)).isEqualTo(draw + 1);
      }
    }
  }

  @Test
  void drawsWindowsAndTablesDiffer() {
    List<int[]> masks =
        List.of(
            windows.batch(new int[] {3}, Families.SHUFFLED, 39, 80, 99).masks(),
            windows.batch(new int[] {3}, Families.SHUFFLED, 40, 80, 99).masks(),
            windows.batch(new int[] {4}, Families.SHUFFLED, 39, 80, 99).masks(),
            windows.batch(new int[] {3}, Families.SHUFFLED, 39, 80, 98).masks());
    assertThat(masks.stream().map(Arrays::toString)).doesNotHaveDuplicates();
  }

  @Test
  void weightsAreTheInverseRate() {
    for (int draw = 0; draw < 4; draw++) {
      Batch batch = windows.batch(new int[] {9}, Families.SHUFFLED, draw, 4, 99);
      assertThat(batch.length()).isEqualTo(3);
      assertThat(batch.weights()[0]).isEqualTo(12f / masked(Families.SHUFFLED, 9, draw, 4));
    }
  }

  @Test
  void armScoresEveryTokenAfterTheSeparator() {
    Batch batch = windows.batch(new int[] {9}, Families.ARM, 0, 1, 99);
    assertThat(batch.tokens()).containsExactly(15, 0, 1, 2);
    assertThat(batch.masks()).containsExactly(1, 1, 1);
    assertThat(batch.weights()).containsExactly(1f);
  }

  /** The expected values come from an independent implementation in another language. */
  @Test
  void tableIsTheSameOnEveryMachine() {
    Batch batch = windows.batch(new int[] {3, 7}, Families.SHUFFLED, 2, 5, 99);
    assertThat(Families.hash(batch.masks())).isEqualTo("9d7fcbe7abc29544");
  }

  @Test
  void windowsOfUnequalLengthAreRefused() {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> windows.batch(new int[] {3, 9}, Families.MDM, 0, 1, 99))
        .withMessage("window 9 of length 3 among windows of length 10");
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> windows.batch(new int[] {10}, Families.MDM, 0, 1, 99));
  }

  private int masked(Family family, int window, int draw, int draws) {
    int[] masks = windows.batch(new int[] {window}, family, draw, draws, 99).masks();
    return Arrays.stream(masks).map(Integer::bitCount).sum();
  }

  private static HeldoutWindows windows(long maxTokens) {
    return new HeldoutWindows(new TokenArray(TOKENS, 0), 15, 10, maxTokens);
  }
}
