package dev.primeline.activities.artifacts;

import dev.primeline.workflows.artifact.ArtifactRef;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/**
 * Where artifacts live. Objects are immutable: a key is written once. Keys are slash-separated
 * relative paths.
 *
 * <p>Both stores (local directory, S3) keep one promise, held by one contract test: what {@link
 * #putIfAbsent} reports as written is durable and complete, exactly one of several racing writers
 * of a key wins, and no reader ever sees a part of an object.
 */
public interface ArtifactStore extends AutoCloseable {

  /** Stores a file's content under a key that no other attempt uses; durable on return. */
  ArtifactRef put(String key, Path file) throws IOException;

  /** Creates a small object; false, and nothing changed, when the key exists already. */
  boolean putIfAbsent(String key, byte[] content) throws IOException;

  /** Opens an object; {@link java.nio.file.NoSuchFileException} when there is none. */
  InputStream open(String key) throws IOException;

  /** Reads a small object whole; {@link java.nio.file.NoSuchFileException} when there is none. */
  byte[] read(String key) throws IOException;

  /**
   * A local file with the object's content, its length and SHA-256 verified; {@link
   * DamagedArtifactException} when they do not match. The file is the store's own: read only.
   */
  Path fetch(ArtifactRef ref) throws IOException;

  /** Whether an object is there. */
  boolean exists(String key) throws IOException;

  /** Objects under a prefix that ends in a slash, at any depth, in lexical order of their keys. */
  List<StoredObject> objects(String prefix) throws IOException;

  /** Keys under a prefix that ends in a slash, at any depth, in lexical order. */
  default List<String> list(String prefix) throws IOException {
    return objects(prefix).stream().map(StoredObject::key).toList();
  }

  /** Removes an object; nothing happens when there is none. */
  void delete(String key) throws IOException;

  /** The object's address for people and other tools. */
  URI uri(String key);

  @Override
  void close();
}
