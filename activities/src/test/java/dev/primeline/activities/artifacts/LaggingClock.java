package dev.primeline.activities.artifacts;

import dev.primeline.workflows.artifact.ArtifactRef;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A store whose clock was set back: what it writes from now on is older than what is there. */
record LaggingClock(ArtifactStore store, Duration lag) implements ArtifactStore {

  @Override
  public List<StoredObject> objects(String prefix) throws IOException {
    return store.objects(prefix).stream()
        .map(
            o ->
                o.key().startsWith("clock/")
                    ? new StoredObject(o.key(), o.bytes(), o.written().minus(lag))
                    : o)
        .toList();
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
