package dev.primeline.activities.generation;

import dev.primeline.activities.subtokens.PhiloxStream;
import dev.primeline.activities.subtokens.StreamPurpose;
import java.util.Arrays;
import java.util.function.Consumer;

/** ARM: one token after the other, from left to right, at the end of what is known. */
final class AutoregressiveSampler {

  /** What is asked of a model: read on, and say what comes next. */
  @FunctionalInterface
  interface Reader {
    /** Logits [V] of the token after these. */
    float[] read(int... tokens);
  }

  private final Draw draw;
  private final long seed;

  AutoregressiveSampler(SamplingSettings settings) {
    draw = new Draw(settings.temperature(), settings.topP());
    seed = settings.seed();
  }

  /**
   * Fills the canvas' end.
   *
   * @param sample number of the text under one seed
   * @param watch shown the canvas after each token
   */
  void fill(Canvas canvas, Reader model, int sample, Consumer<Canvas> watch) {
    PhiloxStream draws = new PhiloxStream(seed, StreamPurpose.GENERATION_DRAW, (long) sample << 32);
    int position = canvas.length() - canvas.masked();
    float[] logits = model.read(canvas.before(position));
    while (true) {
      int token = draw.value(widened(logits), draws.uniform());
      canvas.reveal(position++, token, 1);
      watch.accept(canvas);
      if (position == canvas.length()) {
        return;
      }
      logits = model.read(token);
    }
  }

  private static double[] widened(float[] values) {
    double[] wide = new double[values.length];
    Arrays.setAll(wide, i -> values[i]);
    return wide;
  }
}
