package dev.primeline.activities.checkpoints;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.workflows.artifact.ArtifactRef;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** A store whose process dies at one of its writes, before anything of it is stored. */
final class DyingStore implements ArtifactStore {

  /** The process is gone. */
  static final class Death extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private final ArtifactStore store;
  private int writesLeft;

  DyingStore(ArtifactStore store, int writes) {
    this.store = store;
    this.writesLeft = writes;
  }

  private void write() {
    if (writesLeft-- == 0) {
      throw new Death();
    }
  }

  @Override
  public ArtifactRef put(String key, Path file) throws IOException {
    write();
    return store.put(key, file);
  }

  @Override
  public boolean putIfAbsent(String key, byte[] content) throws IOException {
    write();
    return store.putIfAbsent(key, content);
  }

  @Override
  public InputStream open(String key) throws IOException {
    return store.open(key);
  }

  @Override
  public byte[] read(String key) throws IOException {
    return store.read(key);
  }

  @Override
  public Path fetch(ArtifactRef ref) throws IOException {
    return store.fetch(ref);
  }

  @Override
  public boolean exists(String key) throws IOException {
    return store.exists(key);
  }

  @Override
  public List<String> list(String prefix) throws IOException {
    return store.list(prefix);
  }

  @Override
  public void delete(String key) throws IOException {
    store.delete(key);
  }

  @Override
  public URI uri(String key) {
    return store.uri(key);
  }

  @Override
  public void close() {
    store.close();
  }
}
