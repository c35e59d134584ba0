package dev.primeline.activities.subtokens;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.experiment.CodeOrder;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;

/** The orders that corpora have decided, in the store: learnt once, damaged ones again. */
final class LearntOrders {

  private final StoredFiles files;
  private final TrainingTokens training;

  /** Learning takes all processors and much memory: one at a time, and the next may find it. */
  private final ReentrantLock learning = new ReentrantLock();

  LearntOrders(ArtifactStore store, TrainingTokens training) {
    this.files = new StoredFiles(store);
    this.training = training;
  }

  /** Where what is known of a corpus' codes lies. */
  static String folder(ArtifactRef corpus) {
    return "codeorders/" + StoredFiles.shortened(corpus.sha256()) + "/";
  }

  /**
   * Finds or learns an order.
   *
   * @param read told how many tokens were read so far
   */
  LearntOrder find(CodeOrder order, ArtifactRef corpus, int vocabularySize, LongConsumer read)
      throws IOException {
    String key = folder(corpus) + Permutation.algorithm(order) + ".json";
    String sha256 = corpus.sha256();
    waitForTheOthers(read);
    try {
      Optional<LearntOrder> known =
          files
              .read(key)
              .flatMap(json -> LearntOrder.fromJson(json, order, sha256, vocabularySize));
      if (known.isPresent()) {
        return known.get();
      }
      var tokens = new SampledTokens(training.open(corpus), vocabularySize, read);
      LearntOrder learnt = LearntOrder.learn(order, sha256, tokens);
      files.replace(key, learnt.toJson());
      return learnt;
    } finally {
      learning.unlock();
    }
  }

  private void waitForTheOthers(LongConsumer read) throws IOException {
    try {
      while (!learning.tryLock(1, TimeUnit.SECONDS)) {
        read.accept(0);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while another order of codes was learnt");
    }
  }
}
