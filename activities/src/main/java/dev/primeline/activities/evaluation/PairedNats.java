package dev.primeline.activities.evaluation;

import java.util.Locale;
import java.util.stream.IntStream;

/**
 * How far bounds lie above the truth, sequence by sequence.
 *
 * @param mean of {@code NELBO(x) + log q(x)}, nats per sequence
 * @param standardError of that mean
 * @param sequences compared
 */
record PairedNats(double mean, double standardError, int sequences) {
  private static final double STANDARD_ERRORS = 5;
  private static final double ROUNDING_NATS = 1e-6;

  /**
   * @param nelbo [N] nats per sequence
   * @param truth [N] -log q of the same sequences
   */
  static PairedNats of(double[] nelbo, double[] truth) {
    int count = nelbo.length;
    double mean = IntStream.range(0, count).mapToDouble(i -> nelbo[i] - truth[i]).sum() / count;
    double squares =
        IntStream.range(0, count).mapToDouble(i -> Math.pow(nelbo[i] - truth[i] - mean, 2)).sum();
    return new PairedNats(mean, Math.sqrt(squares / (count - 1.0) / count), count);
  }

  /** Whether the bounds lie below the truth by more than chance and rounding explain; NaN does. */
  boolean below() {
    return !(mean >= -tolerance());
  }

  /** Whether the bounds miss the truth on either side by more than chance explains; NaN does. */
  boolean apart() {
    return !(Math.abs(mean) <= tolerance());
  }

  private double tolerance() {
    return STANDARD_ERRORS * standardError + ROUNDING_NATS;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%+.5f nats per sequence, standard error %.5f over %d sequences",
        mean,
        standardError,
        sequences);
  }
}
