package dev.primeline.activities.tokens;

import dev.primeline.activities.corpus.SyntheticCorpus;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.CorpusSpec;
import dev.primeline.workflows.experiment.SyntheticSource;
import dev.primeline.workflows.experiment.Tokenizer;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sequences of a synthetic source: every document is one of them, with no separator. */
final class SyntheticInput implements CorpusInput {
  private final CorpusManifest.Origin origin;
  private final SyntheticCorpus corpus;

  SyntheticInput(CorpusSpec spec, SyntheticSource source, long seed, int length) {
    if (spec.tokenizer() != Tokenizer.SYMBOLS) {
      throw new BadInput(
          "corpus.tokenizer: %s with a synthetic source; expected symbols"
              .formatted(spec.tokenizer()));
    }
    if (source.trainSequences() < 1 || source.heldoutSequences() < 1) {
      throw new BadInput(
          "corpus.synthetic: %d training and %d held-out sequences; expected at least 1 of each"
              .formatted(source.trainSequences(), source.heldoutSequences()));
    }
    this.origin = new CorpusManifest.Origin(source, seed, length);
    this.corpus = new SyntheticCorpus(source, seed, length);
  }

  @Override
  public Map<String, Object> identity() {
    return Map.of("synthetic", origin);
  }

  @Override
  public Tokenizer tokenizer() {
    return Tokenizer.SYMBOLS;
  }

  @Override
  public int vocabularySize() {
    return origin.source().symbols() + 1;
  }

  @Override
  public void write(SplitWriter train, SplitWriter heldout, PreparationProgress progress)
      throws IOException {
    progress.stage("sampling");
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

  @Override
  public @Nullable Double sourceEntropyNatsPerToken() {
    return corpus.heldoutNatsPerToken();
  }

  @Override
  public CorpusManifest.@Nullable Origin origin() {
    return origin;
  }

  @Override
  public int files() {
    return 0;
  }

  @Override
  public long bytes() {
    return 0;
  }
}
