package dev.primeline.activities.artifacts;

import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One run at a time in an output folder: the operating system's lock on its file {@code .lock},
 * which falls with the process however that ends. The file stays, for removing it would let two
 * processes lock two files of one name.
 */
public final class StoreLock implements AutoCloseable {

  /**
   * Folders locked by this process. POSIX drops all locks that a process has on a file when it
   * closes any descriptor of it, so a second attempt here must not even open the file.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final FileChannel channel;

  private StoreLock(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /**
   * Locks a folder, creating it when needed.
   *
   * @throws BadInput when a process, this one included, has it locked, or when it cannot be written
   */
  public static StoreLock acquire(Path outputFolder) {
    Path folder = Folders.create(outputFolder);
    if (!HELD.add(folder)) {
      throw inUse(outputFolder, Long.toString(ProcessHandle.current().pid()));
    }
    boolean locked = false;
    try {
      StoreLock lock = new StoreLock(folder, lock(outputFolder, folder.resolve(".lock")));
      locked = true;
      return lock;
    } catch (IOException e) {
      throw Folders.notWritable(outputFolder, e);
    } finally {
      if (!locked) {
        HELD.remove(folder);
      }
    }
  }

  private static FileChannel lock(Path outputFolder, Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    boolean locked = false;
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw inUse(outputFolder, holder(channel));
      }
      String pid = Long.toString(ProcessHandle.current().pid());
      channel.truncate(0).write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
      locked = true;
      return channel;
    } catch (OverlappingFileLockException e) {
      throw inUse(outputFolder, holder(channel));
    } finally {
      if (!locked) {
        channel.close();
      }
    }
  }

  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer pid = ByteBuffer.allocate(20);
    channel.read(pid, 0);
    String digits = new String(pid.array(), 0, pid.position(), StandardCharsets.US_ASCII);
    return digits.isEmpty() ? "of unknown number" : digits;
  }

  private static BadInput inUse(Path outputFolder, String process) {
    return new BadInput(
        "output folder %s is in use by process %s: expected a folder that no other run writes to"
            .formatted(outputFolder, process));
  }

  /** Unlocks the folder; closing again does nothing. */
  @Override
  public void close() {
    if (channel.isOpen()) {
      try (channel) {
        channel.truncate(0);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } finally {
        HELD.remove(folder);
      }
    }
  }
}
