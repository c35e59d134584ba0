package dev.primeline.activities.evaluation;

import dev.primeline.activities.batches.Batch;
import dev.primeline.activities.batches.HeldoutWindows;
import dev.primeline.workflows.experiment.Family;

/**
 * TOKEN masks (METHOD section 3): m of a window's L tokens are masked, all digits of each. They are
 * those of {@link TableDraws} for a family of one digit, so MDM meets the very same masks.
 */
final class TokenMaskDraws implements MaskDraws {
  private final TableDraws tokens;
  private final int ell;

  TokenMaskDraws(HeldoutWindows windows, Family family, int draws) {
    Family oneDigit =
        new Family(
            family.name(),
            family.attention(),
            1,
            family.base(),
            family.order(),
            family.head(),
            family.objective());
    tokens = TableDraws.all(windows, oneDigit, draws);
    ell = family.ell();
  }

  @Override
  public int windows() {
    return tokens.windows();
  }

  @Override
  public int length(int window) {
    return tokens.length(window);
  }

  @Override
  public int digits(int window) {
    return tokens.digits(window) * ell;
  }

  @Override
  public int draws() {
    return tokens.draws();
  }

  @Override
  public double share(int draw) {
    return tokens.share(draw);
  }

  @Override
  public int replicate(int draw) {
    return tokens.replicate(draw);
  }

  @Override
  public boolean exact() {
    return tokens.exact();
  }

  @Override
  public double importance(int window, int m) {
    return 1;
  }

  @Override
  public int blocks() {
    return tokens.blocks();
  }

  @Override
  public int block(int window) {
    return tokens.block(window);
  }

  @Override
  public Batch batch(int[] windows, int draw) {
    Batch batch = tokens.batch(windows, draw);
    int[] masks = batch.masks().clone();
    for (int i = 0; i < masks.length; i++) {
      masks[i] = masks[i] == 0 ? 0 : (1 << ell) - 1;
    }
    return new Batch(batch.sequences(), batch.length(), batch.tokens(), masks, batch.weights());
  }
}
