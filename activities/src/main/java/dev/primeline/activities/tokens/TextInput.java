package dev.primeline.activities.tokens;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.corpus.CorpusSources;
import dev.primeline.activities.corpus.Document;
import dev.primeline.activities.corpus.Holdout;
import dev.primeline.activities.corpus.TextCorpus;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.CorpusSpec;
import dev.primeline.workflows.experiment.Tokenizer;
import dev.primeline.workflows.experiment.TokenizerFile;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Text from files: every document is followed by the separator. */
final class TextInput implements CorpusInput {
  private final CorpusSpec spec;
  private final TextTokenizer tokenizer;
  private final TextCorpus corpus;
  private final @Nullable TextCorpus heldoutCorpus;

  private TextInput(
      CorpusSpec spec,
      TextTokenizer tokenizer,
      TextCorpus corpus,
      @Nullable TextCorpus heldoutCorpus) {
    this.spec = spec;
    this.tokenizer = tokenizer;
    this.corpus = corpus;
    this.heldoutCorpus = heldoutCorpus;
  }

  /** Finds and hashes the files; {@link BadInput} when they are not there. */
  static TextInput open(
      CorpusSpec spec,
      String uri,
      CorpusSources sources,
      ArtifactStore store,
      PreparationProgress progress)
      throws IOException {
    TextTokenizer tokenizer = TextTokenizer.of(spec.tokenizer(), found(spec), store);
    String heldout = spec.heldout();
    progress.stage("hashing the input");
    TextCorpus corpus = files(spec, uri, sources, progress);
    return new TextInput(
        spec, tokenizer, corpus, heldout == null ? null : files(spec, heldout, sources, progress));
  }

  private static TokenizerFile.@Nullable Found found(CorpusSpec spec) {
    TokenizerFile file = spec.tokenizerFile();
    return file == null ? null : file.found();
  }

  private static TextCorpus files(
      CorpusSpec spec, String uri, CorpusSources sources, PreparationProgress progress)
      throws IOException {
    return TextCorpus.open(uri, sources, spec.split(), spec.textField(), progress::bytesRead);
  }

  @Override
  public Map<String, Object> identity() {
    Map<String, Object> identity = new LinkedHashMap<>();
    identity.put("tokenizer", spec.tokenizer());
    TokenizerFile.Found file = tokenizerFile();
    if (file != null) {
      identity.put("tokenizerFile", List.of(file.file().sha256(), file.separator()));
    }
    identity.put("split", spec.split());
    identity.put("textField", spec.textField());
    identity.put("train", corpus.fingerprint());
    if (heldoutCorpus == null) {
      identity.put("heldoutFraction", spec.heldoutFraction());
    } else {
      identity.put("heldout", heldoutCorpus.fingerprint());
    }
    return identity;
  }

  @Override
  public Tokenizer tokenizer() {
    return spec.tokenizer();
  }

  @Override
  public TokenizerFile.@Nullable Found tokenizerFile() {
    return found(spec);
  }

  @Override
  public int vocabularySize() {
    return spec.vocabularySize();
  }

  @Override
  public TokenBytes tokenBytes() {
    return TokenBytes.of(tokenizer, vocabularySize());
  }

  @Override
  public void write(SplitWriter train, SplitWriter heldout, PreparationProgress progress)
      throws IOException {
    if (heldoutCorpus == null) {
      progress.stage("choosing the held-out text");
      Holdout holdout = Holdout.choose(corpus, spec.heldoutFraction(), progress::bytesRead);
      progress.stage("tokenizing");
      corpus.forEach(
          progress::bytesRead,
          document -> holdout.route(document, d -> write(d, train), d -> write(d, heldout)));
      return;
    }
    progress.stage("tokenizing the held-out text");
    heldoutCorpus.forEach(progress::bytesRead, document -> write(document, heldout));
    progress.stage("tokenizing");
    corpus.forEach(progress::bytesRead, document -> write(document, train));
  }

  private void write(Document document, SplitWriter side) throws IOException {
    side.startDocument();
    tokenizer.encode(document.text(), side::add);
    side.add(spec.separator());
  }

  @Override
  public @Nullable Double sourceEntropyNatsPerToken() {
    return null;
  }

  @Override
  public CorpusManifest.@Nullable Origin origin() {
    return null;
  }

  @Override
  public int files() {
    return corpus.files() + (heldoutCorpus == null ? 0 : heldoutCorpus.files());
  }

  @Override
  public long bytes() {
    return corpus.bytes() + (heldoutCorpus == null ? 0 : heldoutCorpus.bytes());
  }
}
