package dev.primeline.activities.tokens;

import dev.primeline.workflows.experiment.Tokenizer;
import dev.primeline.workflows.experiment.TokenizerFile;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where the tokens of a corpus come from. */
interface CorpusInput {

  /** Everything that decides the tokens, as a tree of JSON values. */
  Map<String, Object> identity();

  Tokenizer tokenizer();

  /** The tokenizer's file in the store; null for one that needs none. */
  TokenizerFile.@Nullable Found tokenizerFile();

  int vocabularySize();

  /** The text that each token stands for. */
  TokenBytes tokenBytes();

  /** Writes both sides, documents in order. */
  void write(SplitWriter train, SplitWriter heldout, PreparationProgress progress)
      throws IOException;

  /** Mean of -log p* over the held-out text in nats per token; null when no one knows. */
  @Nullable Double sourceEntropyNatsPerToken();

  /** How to rebuild a synthetic source; null for text. */
  CorpusManifest.@Nullable Origin origin();

  /** Files read. */
  int files();

  /** Length of the files. */
  long bytes();
}
