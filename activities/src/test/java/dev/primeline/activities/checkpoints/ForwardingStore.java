package dev.primeline.activities.checkpoints;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.StoredObject;
import dev.primeline.workflows.artifact.ArtifactRef;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** A store that hands every call on; what is wrong with it, a subclass says. */
abstract class ForwardingStore implements ArtifactStore {

  private final ArtifactStore store;

  ForwardingStore(ArtifactStore store) {
    this.store = store;
  }

  @Override
  public ArtifactRef put(String key, Path file) throws IOException {
    return store.put(key, file);
  }

  @Override
  public boolean putIfAbsent(String key, byte[] content) throws IOException {
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
  public List<StoredObject> objects(String prefix) throws IOException {
    return store.objects(prefix);
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
