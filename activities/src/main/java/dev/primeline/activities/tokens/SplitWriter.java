package dev.primeline.activities.tokens;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.workflows.artifact.ArtifactRef;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes one side of a corpus as shards and stores each when it is full. */
final class SplitWriter implements Closeable {
  private final ArtifactStore store;
  private final String keyPrefix;
  private final Path scratch;
  private final int tokensPerShard;
  private final PreparationProgress progress;
  private final long[] counts;
  private final List<ArtifactRef> shards = new ArrayList<>();
  private @Nullable TokenShardWriter shard;
  private long tokens;
  private long documents;
  private boolean documentStarts;

  /**
   * @param keyPrefix of the shards' keys, used by no other attempt
   * @param scratch an existing folder of this attempt; holds one shard at a time
   * @param vocabularySize token ids
   */
  SplitWriter(
      ArtifactStore store,
      String keyPrefix,
      Path scratch,
      int vocabularySize,
      int tokensPerShard,
      PreparationProgress progress) {
    this.store = store;
    this.keyPrefix = keyPrefix;
    this.scratch = scratch;
    this.tokensPerShard = tokensPerShard;
    this.progress = progress;
    this.counts = new long[vocabularySize];
  }

  /** The next token is the first of a document. */
  void startDocument() {
    documentStarts = true;
  }

  void add(int token) throws IOException {
    TokenShardWriter current = shard;
    if (current == null || current.tokens() == tokensPerShard) {
      store();
      current = new TokenShardWriter(file(), ShardFormat.idBytes(counts.length));
      shard = current;
    }
    if (documentStarts) {
      current.startDocument();
      documents++;
      documentStarts = false;
    }
    current.add(token);
    counts[token]++;
    tokens++;
    progress.token();
  }

  TokenSplit finish() throws IOException {
    store();
    return new TokenSplit(shards, tokens, documents);
  }

  long tokens() {
    return tokens;
  }

  /** [V], how often each token was written; the writer's own array, read only. */
  long[] counts() {
    return counts;
  }

  /** Keys of what has been stored so far. */
  List<String> keys() {
    return shards.stream().map(ArtifactRef::key).toList();
  }

  private void store() throws IOException {
    if (shard == null) {
      return;
    }
    shard.finish();
    shard = null;
    shards.add(store.put(keyPrefix + "-%05d.tokens".formatted(shards.size()), file()));
    Files.delete(file());
    progress.shardStored();
  }

  private Path file() {
    String name = keyPrefix.substring(keyPrefix.lastIndexOf('/') + 1);
    return scratch.resolve(name + ".shard");
  }

  @Override
  public void close() throws IOException {
    if (shard != null) {
      shard.close();
    }
  }
}
