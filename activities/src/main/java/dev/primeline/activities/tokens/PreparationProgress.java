package dev.primeline.activities.tokens;

import java.util.function.Consumer;

/** Counts what a preparation does and tells a listener now and then, often enough to look alive. */
final class PreparationProgress {
  private static final long BYTES_APART = 1 << 22;
  private static final long TOKENS_APART = 1 << 18;

  private final Consumer<CorpusProgress> listener;
  private final long beganNanos = System.nanoTime();
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

  void tokens(int count) {
    long told = tokens / TOKENS_APART;
    tokens += count;
    if (tokens / TOKENS_APART > told) {
      tell();
    }
  }

  void shardStored() {
    shards++;
    tell();
  }

  private void tell() {
    quietBytes = 0;
    double seconds = Math.max(1e-3, (System.nanoTime() - beganNanos) / 1e9);
    listener.accept(
        new CorpusProgress(stage, bytesRead, tokens, shards, bytesRead / 1e6 / seconds));
  }
}
