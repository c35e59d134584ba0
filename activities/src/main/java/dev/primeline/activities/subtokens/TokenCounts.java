package dev.primeline.activities.subtokens;

import dev.primeline.activities.tokens.TokenSequence;
import dev.primeline.workflows.experiment.BadInput;
import java.util.function.LongConsumer;

/** How often each token occurs. */
final class TokenCounts {

  private static final int BLOCK = 1 << 16;

  private TokenCounts() {}

  /**
   * Counts a whole split: [V]. {@link BadInput} when a token is outside the vocabulary.
   *
   * @param counted told the number of tokens counted, after every block
   */
  static long[] of(TokenSequence tokens, int vocabularySize, LongConsumer counted) {
    long[] counts = new long[vocabularySize];
    int[] block = new int[BLOCK];
    for (long done = 0; done < tokens.size(); ) {
      int count = (int) Math.min(BLOCK, tokens.size() - done);
      tokens.copy(done, block, 0, count);
      for (int i = 0; i < count; i++) {
        int token = block[i];
        if (token < 0 || token >= vocabularySize) {
          throw new BadInput(
              "training token %d is %d, expected one in [0, %d)"
                  .formatted(done + i, token, vocabularySize));
        }
        counts[token]++;
      }
      done += count;
      counted.accept(done);
    }
    return counts;
  }
}
