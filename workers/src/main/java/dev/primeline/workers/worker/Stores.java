package dev.primeline.workers.worker;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.ArtifactStores;
import dev.primeline.activities.artifacts.LocalArtifactStore;
import dev.primeline.activities.artifacts.StoreSettings;
import dev.primeline.activities.corpus.CorpusSources;
import java.io.IOException;
import java.nio.file.Path;

/** Opens the artifact store that the settings name, and what they let a run read. */
public final class Stores {

  private Stores() {}

  /** PRIMELINE_STORE, or the given folder when it is not set. */
  public static ArtifactStore open(WorkerSettings settings, Path otherwise) throws IOException {
    return settings.store().isPresent()
        ? ArtifactStores.open(settings.store().get(), s3(settings))
        : new LocalArtifactStore(otherwise);
  }

  /** The files that a corpus may be made of; nothing is opened yet. */
  public static CorpusSources sources(WorkerSettings settings) {
    return new CorpusSources(settings.dataRoots(), s3(settings));
  }

  private static StoreSettings s3(WorkerSettings settings) {
    return new StoreSettings(
        settings.s3Endpoint(),
        settings.s3Region(),
        settings.s3PathStyle(),
        settings.s3ChecksumsWhenRequired(),
        settings.cache(),
        settings.cacheBytes());
  }
}
