package dev.primeline.activities.tokens;

import java.util.stream.IntStream;

/** Tokens in memory, cut into documents at given places. */
public record TokenArray(int[] tokens, int... starts) implements TokenSequence {

  /** One document: 0, 1, 2, ... modulo a number. */
  public static TokenArray counting(int size, int modulo) {
    return new TokenArray(IntStream.range(0, size).map(i -> i % modulo).toArray(), 0);
  }

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
    return starts.length;
  }

  @Override
  public long documentStart(int document) {
    return document == starts.length ? tokens.length : starts[document];
  }
}
