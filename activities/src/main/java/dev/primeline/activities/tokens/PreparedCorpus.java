package dev.primeline.activities.tokens;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.DamagedArtifactException;
import dev.primeline.activities.corpus.SyntheticCorpus;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.corpus.CorpusResult;
import dev.primeline.workflows.experiment.CorpusSpec;
import dev.primeline.workflows.experiment.Tokenizer;
import dev.primeline.workflows.experiment.TokenizerFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A corpus in the store, verified and mapped: both sides as {@link TokenSequence}s, and what is
 * known about it. Immutable and safe for several threads; needs no closing.
 */
public final class PreparedCorpus {
  private final ArtifactRef reference;
  private final CorpusManifest manifest;
  private final TokenSequence train;
  private final TokenSequence heldout;
  private final TokenBytes tokenBytes;

  private PreparedCorpus(
      ArtifactRef reference,
      CorpusManifest manifest,
      TokenSequence train,
      TokenSequence heldout,
      TokenBytes tokenBytes) {
    this.reference = reference;
    this.manifest = manifest;
    this.train = train;
    this.heldout = heldout;
    this.tokenBytes = tokenBytes;
  }

  /**
   * Opens a corpus.
   *
   * @param manifest as given by {@link CorpusResult#manifest}
   * @throws java.nio.file.NoSuchFileException when the manifest or a shard is gone
   * @throws DamagedArtifactException when one is not what its reference says
   */
  public static PreparedCorpus open(ArtifactStore store, ArtifactRef manifest) throws IOException {
    CorpusManifest facts = readManifest(store, manifest);
    return new PreparedCorpus(
        manifest,
        facts,
        open(store, facts.train()),
        open(store, facts.heldout()),
        tokenBytes(store, facts));
  }

  private static TokenBytes tokenBytes(ArtifactStore store, CorpusManifest facts)
      throws IOException {
    return facts.tokenizer() == Tokenizer.SYMBOLS
        ? TokenBytes.none(facts.vocabularySize())
        : TokenBytes.of(facts.textTokenizer(store), facts.vocabularySize());
  }

  /**
   * What a corpus is, without its shards.
   *
   * @throws DamagedArtifactException when the manifest is not what its reference says
   */
  public static CorpusManifest readManifest(ArtifactStore store, ArtifactRef manifest)
      throws IOException {
    byte[] json = store.read(manifest.key());
    if (!Hashes.sha256(json).equals(manifest.sha256())) {
      throw new DamagedArtifactException(
          "%s: content does not match its hash %s".formatted(manifest.key(), manifest.sha256()));
    }
    return parse(manifest.key(), json);
  }

  /**
   * A corpus of no documents, for a model that was trained elsewhere: it says how text becomes
   * tokens, and nothing else.
   */
  public static CorpusResult withoutText(ArtifactStore store, CorpusSpec spec) throws IOException {
    TokenizerFile file = spec.tokenizerFile();
    TokenizerFile.@Nullable Found found = file == null ? null : file.found();
    String hash =
        Hashes.key(
            Map.of(
                "without-text",
                spec.tokenizer(),
                "tokens",
                spec.vocabularySize(),
                "separator",
                spec.separator(),
                "file",
                found == null ? "" : found.file().sha256()));
    TokenSplit none = new TokenSplit(List.of(), 0, 0);
    double uniform = Math.log(spec.vocabularySize());
    byte[] json =
        new CorpusManifest(
                CorpusManifest.SCHEMA_VERSION,
                hash,
                spec.tokenizer(),
                spec.vocabularySize(),
                none,
                none,
                0,
                uniform,
                null,
                0,
                0,
                null,
                found,
                null)
            .toJson();
    String key = "corpora/%s/manifest.json".formatted(hash);
    store.putIfAbsent(key, json);
    return CorpusManifest.fromJson(json)
        .found(new ArtifactRef(key, Hashes.sha256(json), json.length));
  }

  private static CorpusManifest parse(String key, byte[] json) throws IOException {
    try {
      return CorpusManifest.fromJson(json);
    } catch (JsonProcessingException e) {
      throw new DamagedArtifactException("%s: %s".formatted(key, e.getOriginalMessage()));
    }
  }

  private static TokenSequence open(ArtifactStore store, TokenSplit split) throws IOException {
    List<TokenShard> shards = new ArrayList<>();
    for (ArtifactRef shard : split.shards()) {
      shards.add(TokenShard.open(store.fetch(shard)));
    }
    var tokens = new ShardedTokens(shards);
    if (tokens.size() != split.tokens() || tokens.documents() != split.documents()) {
      throw new DamagedArtifactException(
          "shards of %d tokens and %d documents; expected %d and %d"
              .formatted(tokens.size(), tokens.documents(), split.tokens(), split.documents()));
    }
    return tokens;
  }

  /** Tokens to learn from. */
  public TokenSequence train() {
    return train;
  }

  /** Tokens to score. */
  public TokenSequence heldout() {
    return heldout;
  }

  /** V, the separator among them. */
  public int vocabularySize() {
    return manifest.vocabularySize();
  }

  /** The id between documents and at the head of every window. */
  public int separator() {
    return manifest.separator();
  }

  /**
   * UTF-8 bytes of text that a token stands for: 0 for the separator and for synthetic symbols.
   *
   * @param previous the token before it; the separator before a document's first
   */
  public int byteLength(int previous, int token) {
    return previous == separator()
        ? tokenBytes.byteLengthOfFirst(token)
        : tokenBytes.byteLength(token);
  }

  /** The exact source of a synthetic corpus, rebuilt; empty for text. */
  public Optional<SyntheticCorpus> synthetic() {
    CorpusManifest.Origin origin = manifest.synthetic();
    return origin == null
        ? Optional.empty()
        : Optional.of(new SyntheticCorpus(origin.source(), origin.seed(), origin.length()));
  }

  /** What is stored about it. */
  public CorpusManifest manifest() {
    return manifest;
  }

  /** The same as the preparing activity's result, found again. */
  public CorpusResult facts() {
    return manifest.found(reference);
  }
}
