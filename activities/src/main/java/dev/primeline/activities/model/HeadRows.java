package dev.primeline.activities.model;

import dev.primeline.workflows.experiment.Codes;
import java.nio.FloatBuffer;

/**
 * The order of the token head's rows. Outside this room row v is token v; the engine keeps them by
 * code, so that a sum over all tokens with a given digit is a sum along an axis. Codes that no
 * token has are rows of zeros.
 */
final class HeadRows {
  private final int[] codes;
  private final int rows;

  HeadRows(NetworkSpec spec) {
    codes = spec.codes();
    int lowDigits = spec.family().ell() - spec.family().ell() / 2;
    int low = Math.toIntExact(Codes.count(spec.family().base(), lowDigits));
    rows = Math.multiplyExact(low, spec.largestCode() / low + 1);
  }

  /** Rows on the device, a multiple of the number of low halves of a code. */
  int rows() {
    return rows;
  }

  HostTensor toCodeOrder(HostTensor head) {
    int width = head.shape()[1];
    float[] values = new float[Math.multiplyExact(rows, width)];
    for (int token = 0; token < codes.length; token++) {
      System.arraycopy(head.values(), token * width, values, codes[token] * width, width);
    }
    return new HostTensor(head.name(), new int[] {rows, width}, values);
  }

  void toTokenOrder(FloatBuffer from, int width, float[] to) {
    for (int token = 0; token < codes.length; token++) {
      from.get(codes[token] * width, to, token * width, width);
    }
  }
}
