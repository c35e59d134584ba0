package dev.primeline.activities.subtokens;

import dev.primeline.activities.tokens.TokenSequence;
import dev.primeline.workflows.experiment.BadInput;
import java.util.function.LongConsumer;

/**
 * The tokens that an order of codes is learnt from: the whole split, or, of a long one, 96 evenly
 * spaced stretches of 2^20 tokens. More would change little and cost memory.
 */
final class SampledTokens {

  private static final int STRETCH = 1 << 20;
  private static final int MOST_STRETCHES = 96;

  private final TokenSequence tokens;
  private final int vocabularySize;
  private final LongConsumer read;
  private final int stretches;

  /**
   * @param read told how many tokens were read so far, after every stretch of every pass
   */
  SampledTokens(TokenSequence tokens, int vocabularySize, LongConsumer read) {
    this.tokens = tokens;
    this.vocabularySize = vocabularySize;
    this.read = read;
    long needed = (tokens.size() + STRETCH - 1) / STRETCH;
    this.stretches = (int) Math.min(MOST_STRETCHES, needed);
  }

  /** What is done with a stretch. */
  @FunctionalInterface
  interface Pass {
    void accept(int[] stretch, int length);
  }

  /** Hands over every stretch, in order. {@link BadInput} when a token is no token. */
  void pass(Pass pass) {
    int[] block = new int[(int) Math.min(STRETCH, tokens.size())];
    long last = Math.max(0, tokens.size() - STRETCH);
    boolean whole = tokens.size() <= (long) MOST_STRETCHES * STRETCH;
    for (int i = 0; i < stretches; i++) {
      long start = whole ? (long) i * STRETCH : last * i / (stretches - 1);
      int length = (int) Math.min(STRETCH, tokens.size() - start);
      tokens.copy(start, block, 0, length);
      require(block, length, start);
      pass.accept(block, length);
      read.accept(start + length);
    }
  }

  private void require(int[] block, int length, long start) {
    for (int i = 0; i < length; i++) {
      if (block[i] < 0 || block[i] >= vocabularySize) {
        throw new BadInput(
            "training token %d is %d, expected one in [0, %d)"
                .formatted(start + i, block[i], vocabularySize));
      }
    }
  }

  /** How often each token occurs, in all of the split: [V]. */
  long[] counts() {
    return TokenCounts.of(tokens, vocabularySize, read);
  }

  /** V. */
  int vocabularySize() {
    return vocabularySize;
  }

  /** Something is being done that takes a while. */
  void alive() {
    read.accept(tokens.size());
  }
}
