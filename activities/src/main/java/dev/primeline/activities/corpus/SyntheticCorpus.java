package dev.primeline.activities.corpus;

import dev.primeline.workflows.experiment.SyntheticSource;
import java.util.Random;

/**
 * The sequences drawn from a synthetic source. Each is a pure function of (specification, seed,
 * side, index), so a corpus with more training sequences has the same held-out ones.
 */
public final class SyntheticCorpus {
  private static final int TRAIN = 1;
  private static final int HELDOUT = 2;

  private final SyntheticSource spec;
  private final HiddenMarkovSource source;
  private final long seed;
  private final int length;

  /**
   * @param spec the source and how many sequences to draw
   * @param seed of the matrices and of every sequence
   * @param length symbols per sequence
   */
  public SyntheticCorpus(SyntheticSource spec, long seed, int length) {
    this.spec = spec;
    this.source = HiddenMarkovSource.of(spec, seed);
    this.seed = seed;
    this.length = length;
  }

  /** What was asked for. */
  public SyntheticSource spec() {
    return spec;
  }

  /** The source with its exact probabilities. */
  public HiddenMarkovSource source() {
    return source;
  }

  /** Symbols per sequence. */
  public int length() {
    return length;
  }

  /** Training sequence {@code index} in [0, trainSequences). */
  public int[] train(int index) {
    return source.sample(length, new Random(Seeds.mix(seed, TRAIN, index)));
  }

  /** Held-out sequence {@code index} in [0, heldoutSequences). */
  public int[] heldout(int index) {
    return source.sample(length, new Random(Seeds.mix(seed, HELDOUT, index)));
  }

  /**
   * The entropy of the held-out text as this source sees it: the mean of -log p*(x) over the
   * held-out sequences, in nats per token.
   */
  public double heldoutNatsPerToken() {
    double nats = 0;
    for (int i = 0; i < spec.heldoutSequences(); i++) {
      nats -= source.logProbability(heldout(i));
    }
    return nats / ((double) spec.heldoutSequences() * length);
  }
}
