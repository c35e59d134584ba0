package dev.primeline.activities.tokens;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.DamagedArtifactException;
import dev.primeline.activities.artifacts.StoredObject;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.artifact.Hashes;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Objects as files of a folder, for tests of one process. */
class FakeStore implements ArtifactStore {
  private final Path root;

  FakeStore(Path root) {
    this.root = root;
  }

  Path file(String key) {
    return root.resolve(key);
  }

  @Override
  public ArtifactRef put(String key, Path file) throws IOException {
    Files.createDirectories(file(key).getParent());
    if (!exists(key)) {
      Files.copy(file, file(key));
    } else if (Files.mismatch(file, file(key)) >= 0) {
      throw new FileAlreadyExistsException(key);
    }
    return new ArtifactRef(key, Hashes.sha256(Files.readAllBytes(file)), Files.size(file));
  }

  @Override
  public boolean putIfAbsent(String key, byte[] content) throws IOException {
    Files.createDirectories(file(key).getParent());
    try {
      Files.write(file(key), content, StandardOpenOption.CREATE_NEW);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  @Override
  public InputStream open(String key) throws IOException {
    return Files.newInputStream(file(key));
  }

  @Override
  public byte[] read(String key) throws IOException {
    return Files.readAllBytes(file(key));
  }

  @Override
  public Path fetch(ArtifactRef ref) throws IOException {
    if (!Hashes.sha256(read(ref.key())).equals(ref.sha256())) {
      throw new DamagedArtifactException(ref.key());
    }
    return file(ref.key());
  }

  @Override
  public boolean exists(String key) {
    return Files.exists(file(key));
  }

  @Override
  public List<StoredObject> objects(String prefix) throws IOException {
    if (!exists(prefix)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(file(prefix))) {
      List<StoredObject> objects = new ArrayList<>();
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        Instant written = Files.getLastModifiedTime(file).toInstant();
        objects.add(new StoredObject(root.relativize(file).toString(), Files.size(file), written));
      }
      return objects;
    }
  }

  @Override
  public void delete(String key) throws IOException {
    Files.deleteIfExists(file(key));
  }

  @Override
  public URI uri(String key) {
    return file(key).toUri();
  }

  @Override
  public void close() {}
}
