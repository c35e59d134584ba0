package dev.primeline.activities.subtokens;

import dev.primeline.activities.artifacts.ArtifactStore;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.Optional;

/** Small files whose key decides their content. */
record StoredFiles(ArtifactStore store) {

  /** What of a hash tells apart what stands side by side. */
  static String shortened(String sha256) {
    return sha256.substring(0, Math.min(16, sha256.length()));
  }

  /** What is there; empty when nothing is. */
  Optional<byte[]> read(String key) throws IOException {
    try {
      return Optional.of(store.read(key));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /**
   * Stores content that is the only right one for its key: whatever is there is either the same,
   * put by another worker in the meantime, or damaged.
   */
  byte[] replace(String key, byte[] content) throws IOException {
    if (!store.putIfAbsent(key, content) && !Arrays.equals(store.read(key), content)) {
      store.delete(key);
      store.putIfAbsent(key, content);
    }
    return content;
  }
}
