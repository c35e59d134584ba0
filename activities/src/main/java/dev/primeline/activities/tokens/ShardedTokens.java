package dev.primeline.activities.tokens;

import dev.primeline.activities.artifacts.DamagedArtifactException;
import java.util.Arrays;
import java.util.List;

/** A split's shards as one sequence: all but the last hold the same number of tokens. */
final class ShardedTokens implements TokenSequence {
  private final TokenShard[] shards;
  private final int tokensPerShard;
  private final long size;
  private final int[] documentsBefore;

  /**
   * @throws DamagedArtifactException when a shard other than the last is not full
   */
  ShardedTokens(List<TokenShard> shards) throws DamagedArtifactException {
    this.shards = shards.toArray(TokenShard[]::new);
    this.tokensPerShard = shards.isEmpty() ? 1 : Math.max(1, shards.get(0).tokens());
    this.documentsBefore = new int[shards.size() + 1];
    long tokens = 0;
    for (int i = 0; i < this.shards.length; i++) {
      if (tokens != (long) i * tokensPerShard || this.shards[i].tokens() > tokensPerShard) {
        throw new DamagedArtifactException(
            "shard %d begins at token %d; expected %d"
                .formatted(i, tokens, (long) i * tokensPerShard));
      }
      tokens += this.shards[i].tokens();
      documentsBefore[i + 1] = Math.addExact(documentsBefore[i], this.shards[i].documents());
    }
    this.size = tokens;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public int at(long index) {
    checkRange(index, 1);
    return shards[(int) (index / tokensPerShard)].at((int) (index % tokensPerShard));
  }

  @Override
  public void copy(long index, int[] target, int offset, int count) {
    checkRange(index, count);
    int copied = 0;
    while (copied < count) {
      long from = index + copied;
      TokenShard shard = shards[(int) (from / tokensPerShard)];
      int first = (int) (from % tokensPerShard);
      int here = Math.min(count - copied, shard.tokens() - first);
      for (int i = 0; i < here; i++) {
        target[offset + copied + i] = shard.at(first + i);
      }
      copied += here;
    }
  }

  @Override
  public int documents() {
    return documentsBefore[shards.length];
  }

  @Override
  public long documentStart(int document) {
    if (document == documents()) {
      return size;
    }
    if (document < 0 || document > documents()) {
      throw new IndexOutOfBoundsException("document %d of %d".formatted(document, documents()));
    }
    int found = Arrays.binarySearch(documentsBefore, document);
    int shard = found >= 0 ? found : -found - 2;
    // A shard in the middle of a long document begins none: the last of equal entries has it.
    while (documentsBefore[shard + 1] == document) {
      shard++;
    }
    return (long) shard * tokensPerShard
        + shards[shard].documentStart(document - documentsBefore[shard]);
  }

  private void checkRange(long index, int count) {
    if (index < 0 || count < 0 || index > size - count) {
      throw new IndexOutOfBoundsException(
          "%d tokens from %d of a sequence of %d".formatted(count, index, size));
    }
  }
}
