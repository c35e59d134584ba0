package dev.primeline.activities.artifacts;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder for files on their way into the store, gone when closed. A killed process closes
 * nothing, and checkpoints and shards are large, so opening one removes what dead processes left.
 */
public final class Scratch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Scratch.class);
  private static final String PREFIX = "primeline-scratch-";

  /** The process may live in another container that shares the folder, where its number differs. */
  private static final Duration SPARED = Duration.ofMinutes(10);

  private final Path folder;

  private Scratch(Path folder) {
    this.folder = folder;
  }

  /** A folder below the system's for temporary files. */
  public static Scratch open() throws IOException {
    return in(Path.of(System.getProperty("java.io.tmpdir")));
  }

  /** A folder below the given one. */
  public static Scratch in(Path parent) throws IOException {
    for (Path left : leftIn(parent)) {
      try {
        deleteAll(left);
      } catch (IOException e) {
        // Another user's, or just being removed by its owner.
        LOG.debug("{} stays", left, e);
      }
    }
    return new Scratch(
        Files.createTempDirectory(parent, PREFIX + ProcessHandle.current().pid() + "-"));
  }

  /** The folder itself. */
  public Path folder() {
    return folder;
  }

  /** Where a file of this name belongs. */
  public Path file(String name) {
    return folder.resolve(name);
  }

  @Override
  public void close() throws IOException {
    deleteAll(folder);
  }

  private static List<Path> leftIn(Path parent) throws IOException {
    Instant oldest = Instant.now().minus(SPARED);
    List<Path> left = new ArrayList<>();
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, PREFIX + "*")) {
      for (Path folder : folders) {
        String owner = folder.getFileName().toString().substring(PREFIX.length()).split("-", 2)[0];
        if (owner.matches("\\d{1,18}")
            && ProcessHandle.of(Long.parseLong(owner)).isEmpty()
            && lastTouched(folder).isBefore(oldest)) {
          left.add(folder);
        }
      }
    } catch (NoSuchFileException | DirectoryIteratorException e) {
      LOG.debug("{} changed while it was read", parent, e);
    }
    return left;
  }

  private static Instant lastTouched(Path folder) throws IOException {
    Instant last = Files.getLastModifiedTime(folder).toInstant();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Instant touched = Files.getLastModifiedTime(file).toInstant();
        last = touched.isAfter(last) ? touched : last;
      }
    }
    return last;
  }

  private static void deleteAll(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
