package dev.primeline.activities.model;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;

/** The head by itself: logits of final states, outside in token order. */
final class HeadLogits {
  /** Numbers in one answer of the engine, so that no [L, V] array ever lives. */
  private static final int MOST = 1 << 22;

  private final NetworkSpec spec;
  private final TorchModule module;
  private final TorchModule.Resident weights;
  private final int[] codes;
  private final int columns;

  HeadLogits(NetworkSpec spec, TorchModule module, TorchModule.Resident weights) {
    this.spec = spec;
    this.module = module;
    this.weights = weights;
    codes = spec.codes();
    columns =
        spec.tokenHead()
            ? new HeadRows(spec).rows()
            : spec.family().ell() * (spec.family().base() - 1);
  }

  /** Hands over the logits of each state, numbered from 0. */
  void read(float[] states, LogitSink sink) {
    int width = spec.shape().width();
    int rows = states.length / width;
    int chunk = Math.max(1, MOST / columns);
    for (int start = 0; start < rows; start += chunk) {
      int count = Math.min(chunk, rows - start);
      FloatBuffer some = FloatBuffer.wrap(states, start * width, count * width).slice();
      float[] logits =
          module.floats("logits", List.of(weights), new TorchModule.Input(some, count, width));
      for (int row = 0; row < count; row++) {
        sink.accept(start + row, outside(logits, row * columns));
      }
    }
  }

  private float[] outside(float[] logits, int offset) {
    if (!spec.tokenHead()) {
      return Arrays.copyOfRange(logits, offset, offset + columns);
    }
    float[] byToken = new float[codes.length];
    for (int token = 0; token < codes.length; token++) {
      byToken[token] = logits[offset + codes[token]];
    }
    return byToken;
  }
}
