package dev.primeline.activities.evaluation;

import dev.primeline.activities.batches.Batch;
import dev.primeline.activities.batches.HeldoutWindows;
import dev.primeline.activities.batches.Masks;
import dev.primeline.activities.subtokens.PhiloxStream;
import dev.primeline.activities.subtokens.StreamPurpose;
import dev.primeline.workflows.experiment.Family;

/**
 * Draws whose mask counts are spread over windows and over rounds alike, for the least mask error
 * of the whole set per forward pass (METHOD section 3: more sequences rather than a larger K, and
 * at K = 1 stratified across sequences). A round is one draw of every window in either of two
 * replicates, so that it can be repeated until the error is small enough.
 *
 * <p>The G windows of a block share a shift x that is uniform in [0, 1). In round r window g of
 * them has the rate {@code u = tent(x + g/G + v(r) mod 1)}, a randomly shifted lattice: v is van
 * der Corput's sequence in base 2, which spreads a window's own rounds, and the tent {@code 1 - |1
 * - 2z|} joins the two ends of the integrand, without which a lattice pays for their difference
 * (Hickernell, "Obtaining O(N^-2+e) convergence for lattice quadrature rules", 2002). Each u by
 * itself is uniform, so every draw by itself is unbiased.
 *
 * <p>Few masked digits make a noisy mean, so more draws go there: {@code m = 1 + floor(n u^a)},
 * with a = {@value #EXPONENT}, and a draw counts {@code P_uniform(m) / P(m) = 1 / (n ((m/n)^(1/a) -
 * ((m-1)/n)^(1/a)))} times. The noise of the subset falls like 1/m, for which a = 2 is within a
 * tenth of the best density {@code sqrt((1-t)/t)}.
 *
 * <p>The replicates have different shifts and subsets, and the error is measured from their
 * difference block by block: in {@value #FEWEST_BLOCKS} blocks at least, where there are as many
 * windows.
 */
final class LatticeDraws implements MaskDraws {
  static final double EXPONENT = 2;

  private static final int LARGEST_BLOCK = 16;
  private static final int FEWEST_BLOCKS = 32;
  private static final long[] TABLES = {0x4c41545449434531L, 0x4c41545449434532L};

  private final HeldoutWindows windows;
  private final Family family;
  private final int separator;
  private final int rounds;
  private final double exponent;
  private final int blocks;

  /**
   * @param rounds two draws per window each; one exact pass for an autoregressive family
   */
  LatticeDraws(HeldoutWindows windows, Family family, int separator, int rounds) {
    this(windows, family, separator, rounds, EXPONENT);
  }

  LatticeDraws(HeldoutWindows windows, Family family, int separator, int rounds, double exponent) {
    this.windows = windows;
    this.family = family;
    this.separator = separator;
    this.rounds = rounds;
    this.exponent = exponent;
    int size = Math.max(1, Math.min(LARGEST_BLOCK, windows.count() / FEWEST_BLOCKS));
    this.blocks = windows.count() / size;
  }

  @Override
  public int windows() {
    return windows.count();
  }

  @Override
  public int length(int window) {
    return windows.length(window);
  }

  @Override
  public int digits(int window) {
    return length(window) * family.ell();
  }

  @Override
  public int draws() {
    return family.autoregressive() ? 1 : 2 * rounds;
  }

  @Override
  public double share(int draw) {
    return 1.0 / draws();
  }

  @Override
  public int replicate(int draw) {
    return draw % 2;
  }

  @Override
  public boolean exact() {
    return family.autoregressive();
  }

  @Override
  public double importance(int window, int m) {
    if (family.autoregressive()) {
      return 1;
    }
    int n = digits(window);
    double inverse = 1 / exponent;
    double probability =
        Math.pow((double) m / n, inverse) - Math.pow((double) (m - 1) / n, inverse);
    return 1 / (n * probability);
  }

  @Override
  public int blocks() {
    return blocks;
  }

  @Override
  public int block(int window) {
    return (int) ((long) window * blocks / windows.count());
  }

  @Override
  public Batch batch(int[] rows, int draw) {
    int length = length(rows[0]);
    int[] tokens = new int[rows.length * (length + 1)];
    int[] masks = new int[rows.length * length];
    float[] weights = new float[rows.length];
    for (int r = 0; r < rows.length; r++) {
      int window = rows[r];
      tokens[r * (length + 1)] = separator;
      windows.copy(window, tokens, r * (length + 1) + 1);
      int m = family.autoregressive() ? length : count(window, draw);
      PhiloxStream subset =
          new PhiloxStream(
              TABLES[replicate(draw)],
              StreamPurpose.HELDOUT_SUBSET,
              ((long) (draw / 2) << 32) | window);
      Masks.draw(length, family.ell(), m, subset, masks, r * length);
      weights[r] = (float) ((double) digits(window) / m);
    }
    return new Batch(rows.length, length, tokens, masks, weights);
  }

  /** Masked digits of a window in a draw. */
  private int count(int window, int draw) {
    int block = block(window);
    int first = start(block);
    double shift =
        new PhiloxStream(TABLES[replicate(draw)], StreamPurpose.HELDOUT_COUNT, block).uniform();
    double lattice = (double) (window - first) / (start(block + 1) - first);
    double z = (shift + lattice + radicalInverse(draw / 2)) % 1;
    double u = 1 - Math.abs(1 - 2 * z);
    int n = digits(window);
    return Math.min(n, 1 + (int) (n * Math.pow(u, exponent)));
  }

  /** The first window w with {@code w * blocks / windows >= block}. */
  private int start(int block) {
    return (int) (((long) block * windows.count() + blocks - 1) / blocks);
  }

  /** Van der Corput's sequence in base 2: the bits of an index behind the point, reversed. */
  private static double radicalInverse(int index) {
    return (Integer.reverse(index) & 0xFFFFFFFFL) * 0x1.0p-32;
  }
}
