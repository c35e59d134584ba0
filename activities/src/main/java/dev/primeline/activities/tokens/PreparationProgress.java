package dev.primeline.activities.tokens;

import java.util.function.Consumer;

/** Counts what a preparation does and tells a listener now and then, often enough to look alive. */
final class PreparationProgress {
  private static final long BYTES_APART = 1 << 22;
  private static final long TOKENS_APART = 1 << 18;

  private final Consumer<CorpusProgress> listener;
  private String stage = "starting";
  private long bytesRead;
  private long tokens;
  private int shards;
  private long quietBytes;

  PreparationProgress(Consumer<CorpusProgress> listener) {
    this.listener = listener;
  }

  void stage(String name) {
    stage = name;
    tell();
  }

  void bytesRead(long bytes) {
    bytesRead += bytes;
    quietBytes += bytes;
    if (quietBytes >= BYTES_APART) {
      tell();
    }
  }

  void token() {
    if (++tokens % TOKENS_APART == 0) {
      tell();
    }
  }

  void shardStored() {
    shards++;
    tell();
  }

  private void tell() {
    quietBytes = 0;
    listener.accept(new CorpusProgress(stage, bytesRead, tokens, shards));
  }
}
