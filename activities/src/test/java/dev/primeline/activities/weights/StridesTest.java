package dev.primeline.activities.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class StridesTest {

  private static final float[] STORAGE = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};

  private static Strides strides(long offset, long[] shape, long[] stride) throws Pickle.Refused {
    return Strides.of(
        new Pickle.TensorView(ElementType.F32, "0", STORAGE.length, offset, shape, stride));
  }

  private static long[] of(long... numbers) {
    return numbers;
  }

  @Test
  void numbersAreGatheredRowByRow() throws Pickle.Refused {
    assertThat(strides(0, of(3, 4), of(4, 1)).gather(STORAGE)).isEqualTo(STORAGE);
    assertThat(strides(0, of(4, 3), of(1, 4)).gather(STORAGE))
        .containsExactly(0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11);
    assertThat(strides(5, of(2, 2), of(4, 1)).gather(STORAGE)).containsExactly(5, 6, 9, 10);
    assertThat(strides(2, of(3), of(0)).gather(STORAGE)).containsExactly(2, 2, 2);
    assertThat(strides(11, of(), of()).gather(STORAGE)).containsExactly(11);
    assertThat(strides(0, of(0, 5), of(5, 1)).gather(STORAGE)).isEmpty();
    assertThat(strides(1, of(2, 1, 3), of(6, 6, 2)).gather(STORAGE))
        .containsExactly(1, 3, 5, 7, 9, 11);
  }

  private static void expectRefusal(long offset, long[] shape, long[] stride) {
    assertThatThrownBy(() -> strides(offset, shape, stride))
        .isInstanceOf(Pickle.Refused.class)
        .hasMessageContaining(", expected ");
  }

  @Test
  void whatReachesOutsideTheStorageIsRefused() {
    expectRefusal(1, of(3, 4), of(4, 1));
    expectRefusal(-1, of(3), of(1));
    expectRefusal(0, of(13), of(1));
    expectRefusal(0, of(2), of(12));
    expectRefusal(12, of(), of());
    expectRefusal(0, of(3), of(-1));
    expectRefusal(0, of(-3), of(1));
    expectRefusal(0, of(3), of());
    expectRefusal(0, new long[9], new long[9]);
    expectRefusal(0, of(Long.MAX_VALUE, 2), of(1, 1));
    expectRefusal(0, of(Long.MAX_VALUE), of(Long.MAX_VALUE));
    expectRefusal(0, of(1L << 40), of(0));
    expectRefusal(Long.MAX_VALUE, of(2), of(1));
    expectRefusal(1L << 40, of(0), of(1));
  }
}
