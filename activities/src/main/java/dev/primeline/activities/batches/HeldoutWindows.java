package dev.primeline.activities.batches;

import dev.primeline.activities.tokens.TokenSequence;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.Family;

/**
 * The windows in which held-out tokens are scored (METHOD section 5): every token in exactly one,
 * in order, the last with its own length.
 */
public final class HeldoutWindows {

  private final TokenSequence tokens;
  private final int separator;
  private final int length;
  private final long scored;

  /**
   * Refuses, as {@link BadInput}, a text without a token, and a limit below one window.
   *
   * @param separator column 0 of every sequence
   * @param length L, the tokens of every window but the last
   * @param maxTokens when above 0 and below the text's size, only the whole windows within so many
   *     tokens from the beginning
   */
  public HeldoutWindows(TokenSequence tokens, int separator, int length, long maxTokens) {
    if (length < 1) {
      throw new IllegalArgumentException("length is " + length + ", expected at least 1");
    }
    this.tokens = tokens;
    this.separator = separator;
    this.length = length;
    boolean limited = maxTokens > 0 && maxTokens < tokens.size();
    this.scored = limited ? maxTokens - maxTokens % length : tokens.size();
    if (tokens.size() == 0) {
      throw new BadInput("the held-out text has no token, expected at least one");
    }
    if (scored == 0) {
      throw new BadInput(
          "maxTokens is %d, expected 0 for all or at least one window of %d"
              .formatted(maxTokens, length));
    }
    if ((scored - 1) / length >= Integer.MAX_VALUE) {
      throw new BadInput(
          "%d held-out tokens make too many windows of %d, expected fewer than 2^31; set maxTokens"
              .formatted(scored, length));
    }
  }

  /** Number of windows. */
  public int count() {
    return (int) ((scored - 1) / length) + 1;
  }

  /** Number of scored tokens: the sum of all lengths. */
  public long tokens() {
    return scored;
  }

  /** Index of a window's first token. */
  public long start(int window) {
    if (window < 0 || window >= count()) {
      throw new IndexOutOfBoundsException("window " + window + " of " + count());
    }
    return (long) window * length;
  }

  /** Tokens of a window. */
  public int length(int window) {
    return (int) Math.min(length, scored - start(window));
  }

  /** Copies a window's tokens, without a separator before them. */
  public void copy(int window, int[] target, int offset) {
    tokens.copy(start(window), target, offset, length(window));
  }

  /** The document in which a window starts. */
  public int document(int window) {
    long start = start(window);
    int low = 0;
    int high = tokens.documents() - 1;
    while (low < high) {
      int middle = low + (high - low + 1) / 2;
      if (tokens.documentStart(middle) <= start) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /**
   * Windows of one length with the masks of one draw, from the fixed mask table of {@code
   * tableSeed}: models of the same ell get the very same masks, others the same rate u per window,
   * and a window's masks do not depend on the windows beside it. Weights are n/m; ARM scores every
   * token with weight 1.
   *
   * @param windows at least one, all of the same length
   * @param draw k in [0, draws)
   * @param draws K, the stratified draws per window
   */
  public Batch batch(int[] windows, Family family, int draw, int draws, long tableSeed) {
    int common = length(windows[0]);
    MaskTable table = new MaskTable(tableSeed, draws);
    BatchRows rows = new BatchRows(tokens, windows.length, common);
    for (int row = 0; row < windows.length; row++) {
      int window = windows[row];
      if (length(window) != common) {
        throw new IllegalArgumentException(
            "window %d of length %d among windows of length %d"
                .formatted(window, length(window), common));
      }
      rows.read(row, separator, start(window));
      if (family.autoregressive()) {
        rows.score(row);
      } else {
        int m = table.count(window, common * family.ell(), draw);
        rows.mask(row, family, m, table.subset(window, draw));
      }
    }
    return rows.batch();
  }
}
