package dev.primeline.activities.tokens;

import java.util.SplittableRandom;

/**
 * One document of independent uniform tokens: something to compute with where no text is at hand.
 */
public final class UniformTokens implements TokenSequence {

  private final int[] tokens;

  public UniformTokens(int size, int vocabularySize, long seed) {
    tokens = new SplittableRandom(seed).ints(size, 0, vocabularySize).toArray();
  }

  @Override
  public long size() {
    return tokens.length;
  }

  @Override
  public int at(long index) {
    return tokens[Math.toIntExact(index)];
  }

  @Override
  public void copy(long index, int[] target, int offset, int count) {
    System.arraycopy(tokens, Math.toIntExact(index), target, offset, count);
  }

  @Override
  public int documents() {
    return 1;
  }

  @Override
  public long documentStart(int document) {
    return document == 0 ? 0 : tokens.length;
  }
}
