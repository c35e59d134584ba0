package dev.primeline.activities.tokens;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.artifact.Hashes;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes one side of a range as shards and stores each when it is full. A shard is named by its
 * content: whoever makes it again, at the same time or after a crash, writes the same object, so
 * that nobody can damage anybody's, and the manifest has the same bytes.
 */
final class SplitWriter implements Closeable {
  private static final int NAME_DIGITS = 32;

  private final ArtifactStore store;
  private final String folder;
  private final Path file;
  private final int tokensPerShard;
  private final PreparationProgress progress;
  private final long[] counts;
  private final long[] lengths = new long[Long.SIZE];
  private final int[] single = new int[1];
  private final List<ArtifactRef> shards = new ArrayList<>();
  private @Nullable TokenShardWriter shard;
  private boolean waiting;
  private long tokens;
  private long documents;
  private long documentTokens;
  private boolean documentStarts;

  /**
   * @param folder of the shards' keys, with a slash at its end
   * @param file in a folder of this attempt; holds one shard at a time
   * @param vocabularySize token ids
   */
  SplitWriter(
      ArtifactStore store,
      String folder,
      Path file,
      int vocabularySize,
      int tokensPerShard,
      PreparationProgress progress) {
    this.store = store;
    this.folder = folder;
    this.file = file;
    this.tokensPerShard = tokensPerShard;
    this.progress = progress;
    this.counts = new long[vocabularySize];
  }

  /** The next token is the first of a document. */
  void startDocument() {
    documentEnds();
    documentStarts = true;
  }

  void add(int token) throws IOException {
    single[0] = token;
    add(single, 1);
  }

  /** The next tokens, the first {@code count} of these. */
  void add(int[] next, int count) throws IOException {
    for (int at = 0; at < count; ) {
      TokenShardWriter current = shard;
      if (current == null || current.tokens() == tokensPerShard) {
        endShard();
        storeShard();
        current = new TokenShardWriter(file, ShardFormat.idBytes(counts.length));
        shard = current;
      }
      if (documentStarts) {
        current.startDocument();
        documents++;
        documentStarts = false;
      }
      int taken = Math.min(count - at, tokensPerShard - current.tokens());
      for (int i = at; i < at + taken; i++) {
        current.add(next[i]);
        counts[next[i]]++;
      }
      at += taken;
    }
    tokens += count;
    documentTokens += count;
    progress.tokens(count);
  }

  private void documentEnds() {
    if (documentTokens > 0) {
      lengths[Long.SIZE - 1 - Long.numberOfLeadingZeros(documentTokens)]++;
      documentTokens = 0;
    }
  }

  /** Nothing follows: all is counted, and the last shard is not yet stored. */
  void end() throws IOException {
    endShard();
    documentEnds();
  }

  /** Ends it, and stores the last shard. */
  SplitPart store() throws IOException {
    end();
    storeShard();
    return counted();
  }

  /** What it comes to, after the end, with the shards that are stored by now. */
  SplitPart counted() {
    return new SplitPart(
        new TokenSplit(shards, tokens, documents),
        Arrays.stream(counts).boxed().toList(),
        trimmed(lengths));
  }

  /** Without the zeros at the end. */
  static List<Long> trimmed(long[] numbers) {
    int length = numbers.length;
    while (length > 0 && numbers[length - 1] == 0) {
      length--;
    }
    return Arrays.stream(numbers, 0, length).boxed().toList();
  }

  private void endShard() throws IOException {
    if (shard != null) {
      shard.finish();
      shard = null;
      waiting = true;
    }
  }

  private void storeShard() throws IOException {
    if (!waiting) {
      return;
    }
    waiting = false;
    shards.add(put(folder + name() + ".tokens"));
    Files.delete(file);
    progress.shardStored();
  }

  private ArtifactRef put(String key) throws IOException {
    try {
      return store.put(key, file);
    } catch (FileAlreadyExistsException damaged) {
      // Its name says what it should hold: an object that holds something else is nobody's.
      store.delete(key);
      return store.put(key, file);
    }
  }

  private String name() throws IOException {
    try (InputStream in = Files.newInputStream(file);
        DigestInputStream hashed = new DigestInputStream(in, Hashes.sha256())) {
      hashed.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(hashed.getMessageDigest().digest()).substring(0, NAME_DIGITS);
    }
  }

  @Override
  public void close() throws IOException {
    if (shard != null) {
      shard.close();
    }
  }
}
