package dev.primeline.activities.tokens;

import dev.primeline.activities.corpus.SyntheticCorpus;
import dev.primeline.workflows.experiment.SyntheticSource;
import dev.primeline.workflows.experiment.Tokenizer;
import dev.primeline.workflows.experiment.TokenizerFile;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sequences of a synthetic source: every document is one of them, with no separator. */
final class SyntheticInput implements CorpusInput {
  private final CorpusManifest.Origin origin;
  private final SyntheticCorpus corpus;

  SyntheticInput(SyntheticSource source, long seed, int length) {
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
  public TokenizerFile.@Nullable Found tokenizerFile() {
    return null;
  }

  @Override
  public int vocabularySize() {
    return origin.source().symbols() + 1;
  }

  @Override
  public TokenBytes tokenBytes() {
    return TokenBytes.none(vocabularySize());
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
