package dev.primeline.activities.batches;

import dev.primeline.activities.subtokens.PhiloxStream;
import dev.primeline.activities.subtokens.StreamPurpose;
import dev.primeline.activities.tokens.TokenSequence;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.Family;

/**
 * The batch of any training step, as a pure function of the step: there is no state to save, and
 * any step costs the same.
 *
 * <p>The tokens are cut into windows of {@code length}; a shorter tail is never trained on. Sample
 * i = step * batch + b is, in epoch i / windows, the window at the keyed bijection of i mod
 * windows, so that every window is seen once an epoch. Its masked digits depend on (seed, i) and on
 * its mask count, which is stratified over the step (METHOD section 3): neither depends on
 * micro-batches or workers, and families of equal ell share their masks. All families share the
 * order.
 *
 * <p>Safe for use by several threads when its tokens are.
 */
public final class TrainingBatches {

  private final TokenSequence tokens;
  private final int separator;
  private final int length;
  private final Family family;
  private final int batch;
  private final long seed;
  private final long windows;

  /**
   * Refuses, as {@link BadInput}, tokens that do not fill one window.
   *
   * @param separator column 0 of every sequence
   * @param length L, the tokens of a window
   * @param batch sequences per step over all micro-batches
   */
  public TrainingBatches(
      TokenSequence tokens, int separator, int length, Family family, int batch, long seed) {
    if (length < 1 || batch < 1) {
      throw new IllegalArgumentException("a batch of %d x %d".formatted(batch, length));
    }
    this.tokens = tokens;
    this.separator = separator;
    this.length = length;
    this.family = family;
    this.batch = batch;
    this.seed = seed;
    this.windows = tokens.size() / length;
    if (windows == 0) {
      throw new BadInput(
          "the training text has %d tokens, expected at least one window of %d"
              .formatted(tokens.size(), length));
    }
  }

  /** Windows in an epoch. */
  public long windows() {
    return windows;
  }

  /** The batch of a step, 0 the first. */
  public Batch at(long step) {
    if (step < 0) {
      throw new IllegalArgumentException("step is " + step + ", expected at least 0");
    }
    long first = Math.multiplyExact(step, batch);
    double u = new PhiloxStream(seed, StreamPurpose.TRAINING_COUNT, step).uniform();
    BatchRows rows = new BatchRows(tokens, batch, length);
    for (int b = 0; b < batch; b++) {
      long sample = first + b;
      KeyedBijection order = new KeyedBijection(windows, seed, sample / windows);
      rows.read(b, separator, order.at(sample % windows) * length);
      if (family.autoregressive()) {
        rows.score(b);
      } else {
        int m = MaskCounts.stratified(length * family.ell(), u, b, batch);
        PhiloxStream subset = new PhiloxStream(seed, StreamPurpose.TRAINING_SUBSET, sample);
        rows.mask(b, family, m, subset);
      }
    }
    return rows.batch();
  }
}
