package dev.primeline.activities.evaluation;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.DamagedArtifactException;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.artifact.Hashes;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** Objects as files of one folder, for one thread. */
record FolderStore(Path folder) implements ArtifactStore {

  @Override
  public ArtifactRef put(String key, Path file) throws IOException {
    byte[] content = Files.readAllBytes(file);
    putIfAbsent(key, content);
    return new ArtifactRef(key, Hashes.sha256(content), content.length);
  }

  @Override
  public boolean putIfAbsent(String key, byte[] content) throws IOException {
    Path target = folder.resolve(key);
    Files.createDirectories(target.getParent());
    try {
      Files.write(target, content, StandardOpenOption.CREATE_NEW);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  @Override
  public InputStream open(String key) throws IOException {
    return Files.newInputStream(folder.resolve(key));
  }

  @Override
  public byte[] read(String key) throws IOException {
    return Files.readAllBytes(folder.resolve(key));
  }

  @Override
  public Path fetch(ArtifactRef ref) throws IOException {
    if (!Hashes.sha256(read(ref.key())).equals(ref.sha256())) {
      throw new DamagedArtifactException(ref.key() + " is damaged");
    }
    return folder.resolve(ref.key());
  }

  @Override
  public boolean exists(String key) {
    return Files.exists(folder.resolve(key));
  }

  @Override
  public List<String> list(String prefix) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString())
          .filter(key -> key.startsWith(prefix))
          .sorted()
          .toList();
    }
  }

  @Override
  public void delete(String key) throws IOException {
    Files.deleteIfExists(folder.resolve(key));
  }

  @Override
  public URI uri(String key) {
    return folder.resolve(key).toUri();
  }

  @Override
  public void close() {}
}
