package dev.primeline.activities.tokens;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.DamagedArtifactException;
import dev.primeline.activities.artifacts.Scratch;
import dev.primeline.activities.corpus.CorpusSources;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.corpus.CorpusRequest;
import dev.primeline.workflows.corpus.CorpusResult;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.CorpusSpec;
import dev.primeline.workflows.experiment.SyntheticSource;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns text or a synthetic source into token shards in the store, once: the same input is found
 * again under its hash, verified and reused. Shards go to keys of this attempt; the manifest,
 * written last and only once, commits them.
 */
public final class CorpusPreparation {
  /** Part of every hash: raise it when the same input would give other tokens. */
  private static final int FORMAT_VERSION = 1;

  private static final Logger LOG = LoggerFactory.getLogger(CorpusPreparation.class);

  private final ArtifactStore store;
  private final Path scratch;
  private final CorpusSources sources;
  private final PreparationProgress progress;
  private final int tokensPerShard;

  /**
   * Reads the caller's own files.
   *
   * @param store where corpora live
   * @param scratch an existing folder for one shard of each side at a time
   * @param listener hears of progress every few megabytes
   */
  public CorpusPreparation(ArtifactStore store, Path scratch, Consumer<CorpusProgress> listener) {
    this(store, scratch, CorpusSources.everywhere(), listener);
  }

  /**
   * Reads what it may.
   *
   * @param store where corpora live
   * @param scratch an existing folder for one shard of each side at a time
   * @param sources the files that a request may name
   * @param listener hears of progress every few megabytes
   */
  public CorpusPreparation(
      ArtifactStore store, Path scratch, CorpusSources sources, Consumer<CorpusProgress> listener) {
    this(store, scratch, sources, listener, ShardFormat.TOKENS_PER_SHARD);
  }

  CorpusPreparation(
      ArtifactStore store,
      Path scratch,
      CorpusSources sources,
      Consumer<CorpusProgress> listener,
      int tokensPerShard) {
    this.store = store;
    this.scratch = scratch;
    this.sources = sources;
    this.progress = new PreparationProgress(listener);
    this.tokensPerShard = tokensPerShard;
  }

  /**
   * Makes the corpus or finds it.
   *
   * @throws BadInput when the text is at fault, or there is less than one window to learn from or
   *     two to score
   * @throws IOException when the store or the scratch folder is
   */
  public CorpusResult prepare(CorpusRequest request) throws IOException {
    CorpusInput input = input(request);
    String hash = Hashes.key(Map.of("format", FORMAT_VERSION, "input", input.identity()));
    Optional<CorpusResult> found = find(hash);
    CorpusResult result = found.isPresent() ? found.get() : make(input, hash, request);
    requireWindows(request, result.trainTokens(), result.heldoutTokens());
    return result;
  }

  private CorpusInput input(CorpusRequest request) throws IOException {
    CorpusSpec spec = request.corpus();
    String uri = spec.uri();
    SyntheticSource synthetic = spec.synthetic();
    if (uri != null) {
      return TextInput.open(spec, uri, sources, store, progress);
    }
    if (synthetic != null) {
      return new SyntheticInput(synthetic, request.seed(), request.length());
    }
    if (spec.airflow() != null) {
      throw new BadInput(
          "corpus.airflow: DAG %s is asked when a run begins, expected the text itself here (corpus.uri)"
              .formatted(spec.airflow().dag()));
    }
    throw new BadInput("corpus.uri: missing; expected a uri, or a synthetic source");
  }

  private Optional<CorpusResult> find(String hash) throws IOException {
    String key = manifestKey(hash);
    if (!store.exists(key)) {
      return Optional.empty();
    }
    progress.stage("verifying the stored corpus");
    try {
      byte[] json = store.read(key);
      ArtifactRef reference = new ArtifactRef(key, Hashes.sha256(json), json.length);
      return Optional.of(PreparedCorpus.open(store, reference).facts());
    } catch (DamagedArtifactException | NoSuchFileException e) {
      LOG.warn("Corpus {} is damaged and made again: {}", hash, e.getMessage());
      store.delete(key);
      return Optional.empty();
    }
  }

  private CorpusResult make(CorpusInput input, String hash, CorpusRequest request)
      throws IOException {
    String prefix = "corpora/%s/%s/".formatted(hash, UUID.randomUUID());
    boolean committed = false;
    try (Scratch own = Scratch.in(scratch);
        SplitWriter train = writer(prefix + "train", own.folder(), input);
        SplitWriter heldout = writer(prefix + "heldout", own.folder(), input)) {
      try {
        input.write(train, heldout, progress);
        requireWindows(request, train.tokens(), heldout.tokens());
        byte[] json = manifest(input, hash, train, heldout).toJson();
        String key = manifestKey(hash);
        progress.stage("committing");
        committed = store.putIfAbsent(key, json);
        if (committed) {
          ArtifactRef reference = new ArtifactRef(key, Hashes.sha256(json), json.length);
          return CorpusManifest.fromJson(json).made(reference);
        }
      } finally {
        if (!committed) {
          discard(train);
          discard(heldout);
        }
      }
    }
    // Another attempt was faster with the same corpus.
    return find(hash).orElseThrow(() -> new IOException("corpus " + hash + " vanished"));
  }

  private SplitWriter writer(String prefix, Path folder, CorpusInput input) {
    return new SplitWriter(store, prefix, folder, input.vocabularySize(), tokensPerShard, progress);
  }

  private static CorpusManifest manifest(
      CorpusInput input, String hash, SplitWriter train, SplitWriter heldout) throws IOException {
    TokenSplit scored = heldout.finish();
    return new CorpusManifest(
        CorpusManifest.SCHEMA_VERSION,
        hash,
        input.tokenizer(),
        input.vocabularySize(),
        train.finish(),
        scored,
        input.tokenBytes().total(heldout.counts(), scored.documents()),
        UnigramModel.crossEntropy(train.counts(), heldout.counts()),
        input.sourceEntropyNatsPerToken(),
        input.files(),
        input.bytes(),
        input.origin(),
        input.tokenizerFile());
  }

  private void discard(SplitWriter side) {
    for (String key : side.keys()) {
      try {
        store.delete(key);
      } catch (IOException e) {
        // No manifest names it: it is invisible and pruned later.
        LOG.warn("Could not remove {}: {}", key, e.toString());
      }
    }
  }

  private static String manifestKey(String hash) {
    return "corpora/%s/manifest.json".formatted(hash);
  }

  /** Two windows to score: from one, no error of a score can be told. */
  private static void requireWindows(CorpusRequest request, long train, long heldout) {
    String corpus = request.corpus().uri();
    String scored = request.corpus().heldout();
    requireTokens(request, "training", corpus, train, request.length());
    requireTokens(
        request, "held-out", scored == null ? corpus : scored, heldout, request.length() + 1);
  }

  private static void requireTokens(
      CorpusRequest request, String side, @Nullable String uri, long tokens, int least) {
    if (tokens < least) {
      throw new BadInput(
          "corpus%s: the %s text has %d tokens; expected at least %d with model.length %d"
              .formatted(uri == null ? "" : " " + uri, side, tokens, least, request.length()));
    }
  }
}
