package dev.primeline.activities.tokens;

import dev.primeline.workflows.experiment.Tokenizer;

/** How many UTF-8 bytes each token of a vocabulary stands for. Immutable. */
public final class TokenBytes {
  private final int[] lengths;

  private TokenBytes(int[] lengths) {
    this.lengths = lengths;
  }

  /**
   * Of a tokenizer's vocabulary.
   *
   * @param vocabularySize token ids, the separator (the last one, 0 bytes) among them; symbols of a
   *     synthetic source have 0 bytes too
   */
  public static TokenBytes of(Tokenizer tokenizer, int vocabularySize) {
    int[] lengths = new int[vocabularySize];
    if (tokenizer != Tokenizer.SYMBOLS) {
      TextTokenizer text = TextTokenizer.of(tokenizer);
      for (int token = 0; token < vocabularySize; token++) {
        lengths[token] = text.bytes(token).length;
      }
    }
    return new TokenBytes(lengths);
  }

  /** Bytes of one token. */
  public int byteLength(int token) {
    return lengths[token];
  }

  /** Bytes of a text in which token v occurs {@code counts[v]} times. */
  long total(long[] counts) {
    long bytes = 0;
    for (int token = 0; token < lengths.length; token++) {
      bytes += counts[token] * lengths[token];
    }
    return bytes;
  }
}
