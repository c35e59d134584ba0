package dev.primeline.workers.worker;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.ArtifactStores;
import dev.primeline.activities.artifacts.LocalArtifactStore;
import dev.primeline.activities.artifacts.StoreSettings;
import java.io.IOException;
import java.nio.file.Path;

/** Opens the artifact store that the settings name. */
public final class Stores {

  private Stores() {}

  /** PRIMELINE_STORE, or the given folder when it is not set. */
  public static ArtifactStore open(WorkerSettings settings, Path otherwise) throws IOException {
    StoreSettings store =
        new StoreSettings(
            settings.s3Endpoint(),
            settings.s3Region(),
            settings.s3PathStyle(),
            settings.s3ChecksumsWhenRequired(),
            settings.cache());
    return settings.store().isPresent()
        ? ArtifactStores.open(settings.store().get(), store)
        : new LocalArtifactStore(otherwise);
  }
}
