package dev.primeline.activities.generation;

import java.util.function.DoubleSupplier;

/** Draws digits of one position from what the head says of it. */
interface HeadSampler {

  /**
   * A token with the revealed digits of another and drawn ones.
   *
   * @param logits as the network gives them
   * @param token whose revealed digits count
   * @param mask the masked digits
   * @param group those of them that are to be drawn
   * @param uniform the random numbers
   */
  int draw(float[] logits, int token, int mask, int group, DoubleSupplier uniform);

  /**
   * How probable each masked digit of a drawn token was: [ell], 0 for revealed ones.
   *
   * @param token before the draw
   * @param mask before the draw
   */
  double[] confidence(float[] logits, int token, int mask, int drawn);
}
