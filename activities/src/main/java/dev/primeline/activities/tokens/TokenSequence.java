package dev.primeline.activities.tokens;

/**
 * The tokens of one split of a corpus, documents in order, each followed by the separator
 * (synthetic ones are not).
 */
public interface TokenSequence {

  /** Number of tokens. */
  long size();

  /** The token at an index in [0, size). */
  int at(long index);

  /** Copies {@code count} tokens from {@code index} on. */
  void copy(long index, int[] target, int offset, int count);

  /** Number of documents. */
  int documents();

  /** Index of a document's first token; {@code documentStart(documents())} is {@link #size}. */
  long documentStart(int document);
}
