package dev.primeline.activities.report;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.StoredObject;
import dev.primeline.workflows.artifact.ArtifactRef;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Keeps objects in a map; the parts of a store that no report touches are not there. */
final class MemoryStore implements ArtifactStore {

  final NavigableMap<String, byte[]> objects = new TreeMap<>();

  @Override
  public boolean putIfAbsent(String key, byte[] content) {
    return objects.putIfAbsent(key, content.clone()) == null;
  }

  @Override
  public byte[] read(String key) throws IOException {
    byte[] content = objects.get(key);
    if (content == null) {
      throw new NoSuchFileException(key);
    }
    return content.clone();
  }

  @Override
  public InputStream open(String key) throws IOException {
    return new ByteArrayInputStream(read(key));
  }

  @Override
  public boolean exists(String key) {
    return objects.containsKey(key);
  }

  @Override
  public List<StoredObject> objects(String prefix) {
    return objects.entrySet().stream()
        .filter(object -> object.getKey().startsWith(prefix))
        .map(o -> new StoredObject(o.getKey(), o.getValue().length, Instant.EPOCH))
        .toList();
  }

  @Override
  public void delete(String key) {
    objects.remove(key);
  }

  @Override
  public URI uri(String key) {
    return URI.create("memory:/store/" + key);
  }

  @Override
  public ArtifactRef put(String key, Path file) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Path fetch(ArtifactRef ref) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
