package dev.primeline.activities.weights;

import java.util.Arrays;

/**
 * How a tensor lies in its storage, checked: every index is inside.
 *
 * @param offset of the first number
 * @param shape dimensions
 * @param stride numbers from one index to the next
 * @param count of numbers
 */
record Strides(int offset, int[] shape, int[] stride, int count) {

  /** More dimensions than any weight has. */
  private static final int MOST_DIMENSIONS = 8;

  static Strides of(Pickle.TensorView view) throws Pickle.Refused {
    long[] shape = view.shape();
    long[] stride = view.stride();
    if (shape.length != stride.length || shape.length > MOST_DIMENSIONS) {
      throw refused(view, "a stride per dimension and at most " + MOST_DIMENSIONS);
    }
    long count = 1;
    long last = view.offset();
    try {
      for (int d = 0; d < shape.length; d++) {
        if (shape[d] < 0 || stride[d] < 0) {
          throw refused(view, "no negative number");
        }
        count = Math.multiplyExact(count, shape[d]);
        last = Math.addExact(last, Math.multiplyExact(Math.max(0, shape[d] - 1), stride[d]));
      }
    } catch (ArithmeticException e) {
      throw refused(view, "numbers that fit its storage");
    }
    boolean inside = view.offset() >= 0 && (count == 0 || last < view.elements());
    if (!inside
        || count > SafetensorsHeader.MOST_VALUES
        || Math.max(last, view.elements()) > SafetensorsHeader.MOST_VALUES) {
      throw refused(view, "an end within its storage");
    }
    return new Strides((int) view.offset(), ints(shape), ints(stride), (int) count);
  }

  private static int[] ints(long[] values) throws Pickle.Refused {
    if (Arrays.stream(values).anyMatch(value -> value > Integer.MAX_VALUE)) {
      throw new Pickle.Refused("a dimension of more than %d".formatted(Integer.MAX_VALUE));
    }
    return Arrays.stream(values).mapToInt(value -> (int) value).toArray();
  }

  private static Pickle.Refused refused(Pickle.TensorView view, String expected) {
    return new Pickle.Refused(
        "shape %s with stride %s at %d of %d numbers, expected %s"
            .formatted(
                Arrays.toString(view.shape()),
                Arrays.toString(view.stride()),
                view.offset(),
                view.elements(),
                expected));
  }

  /** The tensor's numbers, row-major. */
  float[] gather(float[] storage) {
    float[] values = new float[count];
    int[] index = new int[shape.length];
    int from = offset;
    for (int at = 0; at < count; at++) {
      values[at] = storage[from];
      for (int d = shape.length - 1; d >= 0; d--) {
        from += stride[d];
        if (++index[d] < shape[d]) {
          break;
        }
        from -= shape[d] * stride[d];
        index[d] = 0;
      }
    }
    return values;
  }
}
