package dev.primeline.activities.tokens;

/** How many UTF-8 bytes of text each token of a vocabulary stands for. Immutable. */
public final class TokenBytes {
  private final int[] lengths;
  private final int prefix;

  private TokenBytes(int[] lengths, int prefix) {
    this.lengths = lengths;
    this.prefix = prefix;
  }

  /**
   * Of a tokenizer's vocabulary.
   *
   * @param vocabularySize token ids, the separator (0 bytes) among them
   */
  public static TokenBytes of(TextTokenizer tokenizer, int vocabularySize) {
    int[] lengths = new int[vocabularySize];
    for (int token = 0; token < vocabularySize; token++) {
      lengths[token] = tokenizer.bytes(token).length;
    }
    return new TokenBytes(lengths, tokenizer.prefixes() ? 1 : 0);
  }

  /** Of the symbols of a synthetic source, which are no text. */
  public static TokenBytes none(int vocabularySize) {
    return new TokenBytes(new int[vocabularySize], 0);
  }

  /** Bytes of one token within a document. */
  public int byteLength(int token) {
    return lengths[token];
  }

  /** Bytes of a document's first token: what a tokenizer puts before a text is none of it. */
  public int byteLengthOfFirst(int token) {
    return Math.max(0, lengths[token] - prefix);
  }

  /**
   * Bytes of documents in which token v occurs {@code counts[v]} times.
   *
   * @param documents how many of them have any token but the separator
   */
  long total(long[] counts, long documents) {
    long bytes = -documents * prefix;
    for (int token = 0; token < lengths.length; token++) {
      bytes += counts[token] * lengths[token];
    }
    return bytes;
  }
}
