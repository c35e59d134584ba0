package dev.primeline.activities.tokens;

import dev.primeline.activities.corpus.SyntheticCorpus;
import dev.primeline.workflows.experiment.SyntheticSource;
import dev.primeline.workflows.experiment.Tokenizer;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Sequences of a synthetic source: every document is one of them, with no separator. */
final class SyntheticInput {
  private final CorpusManifest.Origin origin;
  private final SyntheticCorpus corpus;

  SyntheticInput(SyntheticSource source, long seed, int length) {
    this.origin = new CorpusManifest.Origin(source, seed, length);
    this.corpus = new SyntheticCorpus(source, seed, length);
  }

  /** Everything that decides the tokens, as a tree of JSON values. */
  Map<String, Object> identity() {
    return Map.of("synthetic", origin);
  }

  int vocabularySize() {
    return origin.source().symbols() + 1;
  }

  /** Writes both sides, sequences in order. */
  void write(SplitWriter train, SplitWriter heldout) throws IOException {
    for (int i = 0; i < origin.source().trainSequences(); i++) {
      write(corpus.train(i), train);
    }
    for (int i = 0; i < origin.source().heldoutSequences(); i++) {
      write(corpus.heldout(i), heldout);
    }
  }

  private static void write(int[] sequence, SplitWriter side) throws IOException {
    side.startDocument();
    for (int symbol : sequence) {
      side.add(symbol);
    }
  }

  /** What was written. */
  CorpusManifest manifest(String hash, SplitPart train, SplitPart heldout) {
    return new CorpusManifest(
        CorpusManifest.SCHEMA_VERSION,
        hash,
        Tokenizer.SYMBOLS,
        vocabularySize(),
        train.split(),
        heldout.split(),
        0,
        UnigramModel.crossEntropy(array(train.counts()), array(heldout.counts())),
        corpus.heldoutNatsPerToken(),
        0,
        0,
        origin,
        null,
        null);
  }

  private static long[] array(List<Long> counts) {
    return counts.stream().mapToLong(Long::longValue).toArray();
  }
}
