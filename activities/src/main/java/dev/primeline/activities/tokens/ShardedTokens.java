package dev.primeline.activities.tokens;

import dev.primeline.activities.artifacts.DamagedArtifactException;
import java.util.Arrays;
import java.util.List;

/** A split's shards, of whatever lengths, as one sequence. */
final class ShardedTokens implements TokenSequence {
  private final TokenShard[] shards;
  private final long[] tokensBefore;
  private final int[] documentsBefore;

  /**
   * @throws DamagedArtifactException when a shard is empty
   */
  ShardedTokens(List<TokenShard> shards) throws DamagedArtifactException {
    this.shards = shards.toArray(TokenShard[]::new);
    this.tokensBefore = new long[shards.size() + 1];
    this.documentsBefore = new int[shards.size() + 1];
    for (int i = 0; i < this.shards.length; i++) {
      if (this.shards[i].tokens() == 0) {
        throw new DamagedArtifactException("shard %d holds no tokens".formatted(i));
      }
      tokensBefore[i + 1] = tokensBefore[i] + this.shards[i].tokens();
      documentsBefore[i + 1] = Math.addExact(documentsBefore[i], this.shards[i].documents());
    }
  }

  @Override
  public long size() {
    return tokensBefore[shards.length];
  }

  @Override
  public int at(long index) {
    checkRange(index, 1);
    int shard = shardOf(index);
    return shards[shard].at((int) (index - tokensBefore[shard]));
  }

  @Override
  public void copy(long index, int[] target, int offset, int count) {
    checkRange(index, count);
    int copied = 0;
    for (int i = count == 0 ? 0 : shardOf(index); copied < count; i++) {
      TokenShard shard = shards[i];
      int first = (int) (index + copied - tokensBefore[i]);
      int here = Math.min(count - copied, shard.tokens() - first);
      for (int j = 0; j < here; j++) {
        target[offset + copied + j] = shard.at(first + j);
      }
      copied += here;
    }
  }

  private int shardOf(long index) {
    int found = Arrays.binarySearch(tokensBefore, index);
    return found >= 0 ? found : -found - 2;
  }

  @Override
  public int documents() {
    return documentsBefore[shards.length];
  }

  @Override
  public long documentStart(int document) {
    if (document == documents()) {
      return size();
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
    return tokensBefore[shard] + shards[shard].documentStart(document - documentsBefore[shard]);
  }

  private void checkRange(long index, int count) {
    if (index < 0 || count < 0 || index > size() - count) {
      throw new IndexOutOfBoundsException(
          "%d tokens from %d of a sequence of %d".formatted(count, index, size()));
    }
  }
}
