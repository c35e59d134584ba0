package dev.primeline.benchmarks;

import dev.primeline.activities.tokens.TokenSequence;
import java.util.SplittableRandom;

/** One document of uniform tokens. */
record UniformTokens(int[] tokens) implements TokenSequence {

  static UniformTokens of(long size, int vocabulary) {
    return new UniformTokens(new SplittableRandom(Row.SEED).ints(size, 0, vocabulary).toArray());
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
