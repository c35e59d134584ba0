package dev.primeline.activities.artifacts;

import dev.primeline.workflows.artifact.ArtifactRef;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Local copies of a remote store's objects, named by their SHA-256. Those that were not asked for
 * the longest go when all of them have more bytes than they may. A file that is open or mapped
 * stays readable after it has gone, and takes room until it is closed. Several processes may share
 * the folder.
 */
final class FetchedFiles {
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  private final Path folder;
  private final long mostBytes;

  FetchedFiles(Path folder, long mostBytes) {
    this.folder = folder;
    this.mostBytes = mostBytes;
  }

  private record Copy(Path file, long bytes, FileTime used) {}

  /** The copy of an object, its content verified. */
  Optional<Path> find(ArtifactRef ref) throws IOException {
    Path file = folder.resolve(ref.sha256());
    try {
      if (!Files.isRegularFile(file) || !Fingerprint.of(file).matches(ref)) {
        return Optional.empty();
      }
      Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
      return Optional.of(file);
    } catch (NoSuchFileException gone) {
      // Another process made room.
      return Optional.empty();
    }
  }

  /** Takes a verified file of the same file system over, and makes room for it. */
  Path add(ArtifactRef ref, Path received) throws IOException {
    Path file = folder.resolve(ref.sha256());
    Files.move(received, file, StandardCopyOption.ATOMIC_MOVE);
    makeRoom(file);
    return file;
  }

  private void makeRoom(Path spared) throws IOException {
    List<Copy> copies = copies();
    long bytes = copies.stream().mapToLong(Copy::bytes).sum();
    copies.sort(Comparator.comparing(Copy::used));
    for (Copy copy : copies) {
      if (bytes <= mostBytes) {
        return;
      }
      if (!copy.file().equals(spared)) {
        Files.deleteIfExists(copy.file());
        bytes -= copy.bytes();
      }
    }
  }

  private List<Copy> copies() throws IOException {
    List<Copy> copies = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        if (SHA256.matcher(file.getFileName().toString()).matches()) {
          BasicFileAttributes facts = Files.readAttributes(file, BasicFileAttributes.class);
          copies.add(new Copy(file, facts.size(), facts.lastModifiedTime()));
        }
      }
    } catch (NoSuchFileException gone) {
      return copies();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return copies;
  }
}
