package dev.primeline.activities.evaluation;

import dev.primeline.activities.batches.Batch;
import dev.primeline.activities.batches.HeldoutWindows;
import dev.primeline.workflows.experiment.Family;

/**
 * Held-out windows under the fixed mask table. Half of the K draws come from one table and half
 * from another, each half stratified in itself: the two are independent replicates, from which the
 * mask error follows without an assumption. Every family meets the same tables, so that comparisons
 * are paired.
 */
final class TableDraws implements MaskDraws {
  /** The tables of every score that this project has ever reported. */
  private static final long[] TABLES = {0x5052494d454c494eL, 0x454e494c454d4952L};

  private final HeldoutWindows windows;
  private final int[] chosen;
  private final Family family;
  private final int[] halves;

  /**
   * @param chosen the windows to score, ascending
   * @param draws K of at least 1; without effect on an autoregressive family, which has one exact
   *     pass. With K = 1 no second replicate exists and the mask error stays unknown
   */
  TableDraws(HeldoutWindows windows, int[] chosen, Family family, int draws) {
    this.windows = windows;
    this.chosen = chosen;
    this.family = family;
    this.halves =
        family.autoregressive() ? new int[] {1, 0} : new int[] {draws - draws / 2, draws / 2};
  }

  /** Every window. */
  static TableDraws all(HeldoutWindows windows, Family family, int draws) {
    return spread(windows, family, draws, windows.count());
  }

  /** At most {@code most} windows, evenly spread over the text. */
  static TableDraws spread(HeldoutWindows windows, Family family, int draws, int most) {
    int[] chosen = new int[Math.min(most, windows.count())];
    for (int i = 0; i < chosen.length; i++) {
      chosen[i] = (int) ((long) i * windows.count() / chosen.length);
    }
    return new TableDraws(windows, chosen, family, draws);
  }

  @Override
  public int windows() {
    return chosen.length;
  }

  @Override
  public int length(int window) {
    return windows.length(chosen[window]);
  }

  @Override
  public int digits(int window) {
    return family.autoregressive() ? length(window) : length(window) * family.ell();
  }

  @Override
  public int draws() {
    return halves[0] + halves[1];
  }

  @Override
  public double share(int draw) {
    return 1.0 / draws();
  }

  @Override
  public int replicate(int draw) {
    return draw < halves[0] ? 0 : 1;
  }

  @Override
  public boolean exact() {
    return family.autoregressive();
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
  public Batch batch(int[] rows, int draw) {
    int[] theirs = new int[rows.length];
    for (int r = 0; r < rows.length; r++) {
      theirs[r] = chosen[rows[r]];
    }
    int half = replicate(draw);
    int inHalf = half == 0 ? draw : draw - halves[0];
    return windows.batch(theirs, family, inHalf, halves[half], TABLES[half]);
  }
}
