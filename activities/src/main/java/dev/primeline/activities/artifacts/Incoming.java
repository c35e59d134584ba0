package dev.primeline.activities.artifacts;

import dev.primeline.workflows.artifact.Hashes;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serial;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * The place where files grow until they are whole: {@code .incoming} inside a folder, hence on the
 * same file system, so that a finished file gets its name in one atomic step.
 */
final class Incoming {

  /** No write pauses for so long, so an older file was left by a process that died. */
  private static final Duration ABANDONED = Duration.ofHours(1);

  private final Path folder;
  private final LongSupplier freeBytes;

  private Incoming(Path folder, LongSupplier freeBytes) {
    this.folder = folder;
    this.freeBytes = freeBytes;
  }

  /** Creates the place when needed and removes what dead processes left in it. */
  static Incoming in(Path root, LongSupplier freeBytes) throws IOException {
    Path folder = Files.createDirectories(root.resolve(".incoming"));
    FileTime oldest = FileTime.from(Instant.now().minus(ABANDONED));
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        removeOlder(file, oldest);
      }
    }
    return new Incoming(folder, freeBytes);
  }

  private static void removeOlder(Path file, FileTime oldest) throws IOException {
    try {
      if (Files.getLastModifiedTime(file).compareTo(oldest) < 0) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException gone) {
      // Its writer has just finished.
    }
  }

  /**
   * Copies content to a file of its own, flushed to the device on return.
   *
   * @param key what is being written, for messages
   * @param expected bytes to make sure of before the first is written
   */
  Received receive(String key, InputStream content, long expected) throws IOException {
    long free = free();
    if (free < expected) {
      throw noRoom(key, expected, free);
    }
    Received received = null;
    Path file = folder.resolve(UUID.randomUUID().toString());
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      Fingerprint fingerprint = copy(content, out);
      out.force(true);
      received = new Received(file, fingerprint);
      return received;
    } catch (IOException e) {
      throw ranOutOfRoom(e) ? noRoom(key, expected, free()) : e;
    } finally {
      if (received == null) {
        Files.deleteIfExists(file);
      }
    }
  }

  private long free() throws IOException {
    try {
      return freeBytes.getAsLong();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static Fingerprint copy(InputStream content, FileChannel out) throws IOException {
    MessageDigest digest = Hashes.sha256();
    byte[] buffer = new byte[1 << 20];
    long bytes = 0;
    for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
      digest.update(buffer, 0, n);
      ByteBuffer part = ByteBuffer.wrap(buffer, 0, n);
      while (part.hasRemaining()) {
        bytes += out.write(part);
      }
    }
    return new Fingerprint(HexFormat.of().formatHex(digest.digest()), bytes);
  }

  /** Whether the operating system refused a write for lack of space or quota. */
  static boolean ranOutOfRoom(IOException e) {
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    return message.contains("no space left") || message.contains("quota exceeded");
  }

  private NoRoomException noRoom(String key, long needed, long free) {
    return new NoRoomException(
        "no room for %s in %s: %d bytes needed, %d bytes free"
            .formatted(key, folder.getParent(), needed, free));
  }

  /** The device is full; the message says where, what was needed and what is free. */
  static final class NoRoomException extends IOException {
    @Serial private static final long serialVersionUID = 1L;

    private NoRoomException(String message) {
      super(message);
    }
  }

  /**
   * A whole file that has no name in the store yet; closing removes this file, not the names that
   * were given to it.
   */
  record Received(Path file, Fingerprint fingerprint) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      Files.deleteIfExists(file);
    }
  }
}
