package dev.primeline.activities.checkpoints;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.workflows.artifact.ArtifactRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A store that keeps what it fetched, as one for a bucket does. */
final class CachingStore extends ForwardingStore {

  private final Path cache;

  CachingStore(ArtifactStore store, Path cache) {
    super(store);
    this.cache = cache;
  }

  @Override
  public Path fetch(ArtifactRef ref) throws IOException {
    Path copy = cache.resolve(ref.sha256());
    return Files.exists(copy) ? copy : Files.copy(super.fetch(ref), copy);
  }
}
