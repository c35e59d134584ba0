package dev.primeline.activities.evaluation;

import dev.primeline.activities.batches.HeldoutWindows;
import dev.primeline.activities.corpus.SyntheticCorpus;
import dev.primeline.activities.tokens.PreparedCorpus;
import dev.primeline.activities.tokens.TextTokenizer;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.training.TrainingSpec;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The held-out text of one evaluation, and what is known about it whatever the model.
 *
 * @param windows in which it is scored
 * @param clusters which windows vary together
 * @param bytes UTF-8 bytes of exactly the scored tokens; 0 for a synthetic source
 * @param words whitespace-separated words of the scored text; 0 for a synthetic source
 * @param truth [windows] -log q in nats; null where no one knows
 */
record HeldoutText(
    HeldoutWindows windows, Clusters clusters, long bytes, long words, double @Nullable [] truth) {

  /**
   * Cuts a corpus into a training's windows.
   *
   * @param tokenizer the corpus' own; null for a synthetic source
   * @throws BadInput with fewer than two windows, from which no error can be told
   */
  static HeldoutText of(
      TrainingSpec training,
      PreparedCorpus corpus,
      @Nullable TextTokenizer tokenizer,
      long maxTokens) {
    int length = training.model().length();
    HeldoutWindows windows =
        new HeldoutWindows(corpus.heldout(), training.separator(), length, maxTokens);
    if (windows.count() < 2) {
      throw new BadInput(
          "the scored text has %d tokens in one window of %d, expected at least two windows: the"
                  .formatted(windows.tokens(), length)
              + " error of a score needs them");
    }
    Optional<SyntheticCorpus> source =
        corpus.synthetic().filter(synthetic -> synthetic.length() == length);
    return new HeldoutText(
        windows,
        source.isPresent()
            ? Clusters.sequences(windows.count())
            : Clusters.text(documents(windows)),
        bytes(windows, corpus),
        tokenizer == null ? 0 : WordCount.of(windows, tokenizer, corpus),
        source.map(synthetic -> truth(windows, synthetic)).orElse(null));
  }

  private static int[] documents(HeldoutWindows windows) {
    return IntStream.range(0, windows.count()).map(windows::document).toArray();
  }

  private static long bytes(HeldoutWindows windows, PreparedCorpus corpus) {
    long bytes = 0;
    int previous = corpus.separator();
    for (int w = 0; w < windows.count(); w++) {
      for (int token : tokens(windows, w)) {
        bytes += corpus.byteLength(previous, token);
        previous = token;
      }
    }
    return bytes;
  }

  private static double[] truth(HeldoutWindows windows, SyntheticCorpus synthetic) {
    return IntStream.range(0, windows.count())
        .mapToDouble(w -> -synthetic.source().logProbability(tokens(windows, w)))
        .toArray();
  }

  private static int[] tokens(HeldoutWindows windows, int window) {
    int[] tokens = new int[windows.length(window)];
    windows.copy(window, tokens, 0);
    return tokens;
  }
}
