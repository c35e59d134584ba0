package dev.primeline.activities.subtokens;

/**
 * What a random stream is for. Streams of different purpose never overlap, whatever their seeds and
 * indices. A number once used here keeps its meaning: stored artifacts depend on it.
 */
public enum StreamPurpose {
  /** Shuffled codes. */
  CODES(1),
  /** The order of an epoch; the Feistel round counts upwards in the upper half of the word. */
  EPOCH_ORDER(2),
  /** How many digits a training step masks. */
  TRAINING_COUNT(3),
  /** Which digits of a training sample are masked. */
  TRAINING_SUBSET(4),
  /** The rate of a held-out window. */
  HELDOUT_COUNT(5),
  /** Which digits of a held-out window are masked. */
  HELDOUT_SUBSET(6),
  /** Where the search for the vectors of distributional codes begins. */
  CODE_ORDER(7),
  /** Which digits of a generated text are revealed in a step. */
  GENERATION_REVEAL(8),
  /** Which tokens are drawn in a step. */
  GENERATION_DRAW(9);

  private final int word;

  StreamPurpose(int word) {
    this.word = word;
  }

  /** The last counter word of the purpose's streams, below 2^16. */
  public int word() {
    return word;
  }
}
