package dev.primeline.activities.tokens;

import dev.primeline.activities.corpus.Drops;
import java.io.IOException;

/**
 * A range whose tokens are counted and whose last shard of each side is not yet stored: a corpus
 * that is refused for its length leaves nothing behind.
 */
final class TokenizedRange {
  private final SplitWriter train;
  private final SplitWriter heldout;
  private final Drops drops;
  private final TextSample.Choice samples;

  /**
   * @param train ended
   * @param heldout ended
   */
  TokenizedRange(SplitWriter train, SplitWriter heldout, Drops drops, TextSample.Choice samples) {
    this.train = train;
    this.heldout = heldout;
    this.drops = drops;
    this.samples = samples;
  }

  /** What it comes to, with the shards that are stored by now. */
  RangeTokens counted() {
    return tokens(train.counted(), heldout.counted());
  }

  /** Stores what is left. */
  RangeTokens store() throws IOException {
    return tokens(train.store(), heldout.store());
  }

  private RangeTokens tokens(SplitPart trainPart, SplitPart heldoutPart) {
    return new RangeTokens(
        trainPart, heldoutPart, drops.counts(), drops.examples(), samples.chosen());
  }
}
