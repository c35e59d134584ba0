package dev.primeline.activities.evaluation;

import dev.primeline.activities.batches.Batch;
import java.util.List;

/**
 * Every mask of short sequences, each with its probability under the exact-count scheme: m uniform
 * on 1..n, the masked set a uniform m-subset (METHOD section 3). Draw {@code d} masks digit j of
 * position i when bit {@code i * ell + j} of {@code d + 1} is set.
 */
final class EnumeratedDraws implements MaskDraws {
  private final List<int[]> sequences;
  private final int separator;
  private final int ell;
  private final boolean autoregressive;
  private final int length;

  private EnumeratedDraws(
      List<int[]> sequences, int separator, int ell, boolean autoregressive, int length) {
    this.sequences = sequences;
    this.separator = separator;
    this.ell = ell;
    this.autoregressive = autoregressive;
    this.length = length;
  }

  /**
   * All 2^n - 1 non-empty masks of equally long sequences; for an autoregressive family the one row
   * that scores every target.
   *
   * @param sequences tokens without the separator, all of one length
   */
  static EnumeratedDraws of(List<int[]> sequences, int separator, int ell, boolean autoregressive) {
    int length = sequences.get(0).length;
    if (length * ell > 20) {
      throw new IllegalArgumentException("2^%d masks are too many".formatted(length * ell));
    }
    return new EnumeratedDraws(List.copyOf(sequences), separator, ell, autoregressive, length);
  }

  @Override
  public int windows() {
    return sequences.size();
  }

  @Override
  public int length(int window) {
    return length;
  }

  @Override
  public int digits(int window) {
    return length * ell;
  }

  @Override
  public int draws() {
    return autoregressive ? 1 : (1 << (length * ell)) - 1;
  }

  @Override
  public double share(int draw) {
    if (autoregressive) {
      return 1;
    }
    int n = length * ell;
    return 1 / (n * subsets(n, Integer.bitCount(draw + 1)));
  }

  @Override
  public int replicate(int draw) {
    return 0;
  }

  @Override
  public boolean exact() {
    return true;
  }

  /** m is uniform. */
  @Override
  public double importance(int window, int m) {
    return 1;
  }

  @Override
  public int blocks() {
    return windows();
  }

  @Override
  public int block(int window) {
    return window;
  }

  @Override
  public Batch batch(int[] windows, int draw) {
    int[] tokens = new int[windows.length * (length + 1)];
    int[] masks = new int[windows.length * length];
    float[] weights = new float[windows.length];
    int mask = autoregressive ? -1 : draw + 1;
    int digits = (1 << ell) - 1;
    for (int r = 0; r < windows.length; r++) {
      tokens[r * (length + 1)] = separator;
      System.arraycopy(sequences.get(windows[r]), 0, tokens, r * (length + 1) + 1, length);
      for (int i = 0; i < length; i++) {
        masks[r * length + i] = (mask >>> (i * ell)) & digits;
      }
      weights[r] = autoregressive ? 1 : (float) (length * ell) / Integer.bitCount(mask);
    }
    return new Batch(windows.length, length, tokens, masks, weights);
  }

  private static double subsets(int n, int m) {
    double count = 1;
    for (int i = 1; i <= m; i++) {
      count = count * (n - m + i) / i;
    }
    return count;
  }
}
