package dev.primeline.activities.tokens;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.DamagedArtifactException;
import dev.primeline.activities.artifacts.StoredObject;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.corpus.CorpusRequest;
import dev.primeline.workflows.corpus.CorpusResult;
import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The corpora of a store: each is there once its manifest is, which is written last and once. */
final class StoredCorpora {
  /**
   * Up to here a corpus that is found is read through; of a longer one the lengths are compared.
   */
  private static final long READ_THROUGH_BYTES = 1L << 30;

  private static final Logger LOG = LoggerFactory.getLogger(StoredCorpora.class);

  private final ArtifactStore store;
  private final PreparationProgress progress;

  StoredCorpora(ArtifactStore store, PreparationProgress progress) {
    this.store = store;
    this.progress = progress;
  }

  /** A corpus that is there and whole; a damaged one is removed. */
  Optional<CorpusResult> find(String hash) throws IOException {
    String key = manifestKey(hash);
    if (!store.exists(key)) {
      return Optional.empty();
    }
    progress.stage("verifying the stored corpus");
    try {
      byte[] json = store.read(key);
      ArtifactRef reference = new ArtifactRef(key, Hashes.sha256(json), json.length);
      CorpusManifest manifest = PreparedCorpus.readManifest(store, reference);
      long bytes = shards(manifest).mapToLong(ArtifactRef::bytes).sum();
      if (bytes > READ_THROUGH_BYTES) {
        requireShards(manifest);
      } else {
        PreparedCorpus.open(store, reference);
      }
      return Optional.of(manifest.found(reference));
    } catch (DamagedArtifactException | NoSuchFileException e) {
      LOG.warn("Corpus {} is damaged and made again: {}", hash, e.getMessage());
      store.delete(key);
      return Optional.empty();
    }
  }

  /** Commits a corpus, or finds that somebody else was faster with the same one. */
  CorpusResult commit(CorpusManifest manifest) throws IOException {
    progress.stage("committing");
    requireShards(manifest);
    byte[] json = manifest.toJson();
    String key = manifestKey(manifest.hash());
    if (store.putIfAbsent(key, json)) {
      return manifest.made(new ArtifactRef(key, Hashes.sha256(json), json.length));
    }
    return find(manifest.hash())
        .orElseThrow(() -> new IOException("corpus " + manifest.hash() + " vanished"));
  }

  private void requireShards(CorpusManifest manifest) throws IOException {
    Map<String, Long> there =
        store.objects("corpora/%s/".formatted(manifest.hash())).stream()
            .collect(Collectors.toMap(StoredObject::key, StoredObject::bytes));
    for (ArtifactRef shard : shards(manifest).toList()) {
      Long bytes = there.get(shard.key());
      if (bytes == null || bytes != shard.bytes()) {
        throw new DamagedArtifactException(
            "%s: %s, expected %d bytes"
                .formatted(shard.key(), bytes == null ? "gone" : bytes + " bytes", shard.bytes()));
      }
    }
  }

  private static Stream<ArtifactRef> shards(CorpusManifest manifest) {
    return Stream.concat(manifest.train().shards().stream(), manifest.heldout().shards().stream());
  }

  private static String manifestKey(String hash) {
    return "corpora/%s/manifest.json".formatted(hash);
  }

  /** Two windows to score: from one, no error of a score can be told. */
  static void requireWindows(CorpusRequest request, long train, long heldout) {
    String corpus = request.corpus().uri();
    String scored = request.corpus().heldout();
    requireTokens(request, "training", corpus, train, request.length());
    requireTokens(
        request, "held-out", scored == null ? corpus : scored, heldout, request.length() + 1);
  }

  /** Whether {@link #requireWindows} would refuse nothing. */
  static boolean enough(CorpusRequest request, long train, long heldout) {
    return train >= request.length() && heldout > request.length();
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
