package dev.primeline.activities.evaluation;

import dev.primeline.activities.tokens.TokenSequence;

/**
 * Sequences of one length in memory, each a document of its own.
 *
 * @param tokens [N * length]
 * @param length of each
 */
record EqualSequences(int[] tokens, int length) implements TokenSequence {

  @Override
  public long size() {
    return tokens.length;
  }

  @Override
  public int at(long index) {
    return tokens[(int) index];
  }

  @Override
  public void copy(long index, int[] target, int offset, int count) {
    System.arraycopy(tokens, (int) index, target, offset, count);
  }

  @Override
  public int documents() {
    return tokens.length / length;
  }

  @Override
  public long documentStart(int document) {
    return (long) document * length;
  }
}
