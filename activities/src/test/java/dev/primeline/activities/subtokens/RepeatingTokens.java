package dev.primeline.activities.subtokens;

import dev.primeline.activities.tokens.TokenSequence;
import java.util.ArrayList;
import java.util.List;

/** A long text of zeros, which remembers where it was read. */
final class RepeatingTokens implements TokenSequence {
  final List<Long> read = new ArrayList<>();
  private final long size;

  RepeatingTokens(long size) {
    this.size = size;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public int at(long index) {
    return 0;
  }

  @Override
  public void copy(long index, int[] target, int offset, int count) {
    read.add(index);
  }

  @Override
  public int documents() {
    return 1;
  }

  @Override
  public long documentStart(int document) {
    return document == 0 ? 0 : size;
  }
}
