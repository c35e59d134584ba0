package dev.primeline.activities.artifacts;

import dev.primeline.workflows.artifact.ArtifactRef;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.FileVisitor;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Artifacts as files under one directory; a key is a path below it.
 *
 * <p>A file is written and flushed under {@code .incoming}, then named by a hard link: linking is
 * atomic and refuses a name that exists, which is the create-only promise across threads, processes
 * and, on a shared file system, machines. The directories are flushed after it.
 */
public final class LocalArtifactStore implements ArtifactStore {

  /** A concurrent delete may remove a directory between its creation and the link in it. */
  private static final int LINK_ATTEMPTS = 100;

  private final Path root;
  private final Incoming incoming;

  /**
   * Opens the directory, creating it when needed.
   *
   * @throws dev.primeline.workflows.experiment.BadInput when the directory cannot be written
   * @throws IOException when its device is full
   */
  public LocalArtifactStore(Path root) throws IOException {
    this(root, () -> Folders.freeBytes(root));
  }

  /**
   * @param freeBytes bytes that can still be written
   */
  LocalArtifactStore(Path root, LongSupplier freeBytes) throws IOException {
    this.root = Folders.create(root);
    try {
      this.incoming = Incoming.in(this.root, freeBytes);
      requireHardLinks();
    } catch (Incoming.NoRoomException e) {
      throw e;
    } catch (IOException e) {
      throw Folders.notWritable(root, e);
    }
  }

  /** One file goes all the way, so that an unfit file system is known at once. */
  private void requireHardLinks() throws IOException {
    try (var probe = incoming.receive("a first file", new ByteArrayInputStream(new byte[1]), 1)) {
      Path link = probe.file().resolveSibling(probe.file().getFileName() + ".link");
      try {
        Files.createLink(link, probe.file());
      } catch (IOException | UnsupportedOperationException e) {
        throw new IOException("its file system makes no hard links", e);
      }
      Files.delete(link);
    }
  }

  @Override
  public ArtifactRef put(String key, Path file) throws IOException {
    Path target = path(key);
    try (InputStream in = Files.newInputStream(file);
        var received = incoming.receive(key, in, Files.size(file))) {
      ArtifactRef ref = received.fingerprint().at(key);
      if (!link(target, received.file()) && !Fingerprint.of(target).matches(ref)) {
        throw new FileAlreadyExistsException(
            target.toString(), null, "an object is written once, and this one has other content");
      }
      return ref;
    }
  }

  @Override
  public boolean putIfAbsent(String key, byte[] content) throws IOException {
    Path target = path(key);
    try (var received = incoming.receive(key, new ByteArrayInputStream(content), content.length)) {
      return link(target, received.file());
    }
  }

  /** Names a finished file; false when the name is taken. The name is durable in both cases. */
  private boolean link(Path target, Path file) throws IOException {
    Path folder = target.getParent();
    if (folder == null) {
      throw new IllegalArgumentException("not inside the store: " + target);
    }
    boolean created = tryLink(target, folder, file);
    Folders.sync(root, folder);
    return created;
  }

  private static boolean tryLink(Path target, Path folder, Path file) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        Files.createDirectories(folder);
        Files.createLink(target, file);
        return true;
      } catch (FileAlreadyExistsException e) {
        if (Files.isRegularFile(target)) {
          return false;
        }
        // A directory stands here, an object stands in the way, or one has just been deleted.
        if (attempt == LINK_ATTEMPTS || Files.exists(target) || Files.isRegularFile(folder)) {
          throw e;
        }
      } catch (NoSuchFileException e) {
        if (attempt == LINK_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  @Override
  public InputStream open(String key) throws IOException {
    return Files.newInputStream(present(key));
  }

  @Override
  public byte[] read(String key) throws IOException {
    return Files.readAllBytes(present(key));
  }

  @Override
  public Path fetch(ArtifactRef ref) throws IOException {
    Path file = present(ref.key());
    Fingerprint.of(file).verify(ref);
    return file;
  }

  @Override
  public boolean exists(String key) {
    return Files.isRegularFile(path(key));
  }

  @Override
  public List<StoredObject> objects(String prefix) throws IOException {
    Path start = root.resolve(ArtifactKeys.requirePrefix(prefix));
    List<StoredObject> objects = new ArrayList<>();
    if (Files.isDirectory(start)) {
      Files.walkFileTree(start, collectInto(objects));
    }
    objects.sort(Comparator.comparing(StoredObject::key));
    return List.copyOf(objects);
  }

  private FileVisitor<Path> collectInto(List<StoredObject> objects) {
    return new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
        String key = root.relativize(file).toString();
        if (!ArtifactKeys.reserved(key)) {
          Instant written = attributes.lastModifiedTime().toInstant();
          objects.add(new StoredObject(key, attributes.size(), written));
        }
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
        if (e instanceof NoSuchFileException) {
          return FileVisitResult.CONTINUE;
        }
        throw e;
      }
    };
  }

  @Override
  public void delete(String key) throws IOException {
    Path target = path(key);
    Path folder = target.getParent();
    if (Files.isRegularFile(target) && Files.deleteIfExists(target) && folder != null) {
      Folders.sync(root, folder);
      Folders.prune(root, folder);
    }
  }

  @Override
  public URI uri(String key) {
    return path(key).toUri();
  }

  @Override
  public void close() {
    // Files are closed by the calls that open them.
  }

  private Path path(String key) {
    return root.resolve(ArtifactKeys.requireKey(key));
  }

  private Path present(String key) throws NoSuchFileException {
    Path file = path(key);
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(file.toString());
    }
    return file;
  }
}
