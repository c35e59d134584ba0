package dev.primeline.activities.artifacts;

import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Directories whose entries survive a power failure. */
final class Folders {

  private Folders() {}

  /** Creates a user's folder; {@link BadInput} when that is impossible. */
  static Path create(Path folder) {
    try {
      return Files.createDirectories(folder).toRealPath();
    } catch (FileAlreadyExistsException e) {
      throw notWritable(folder, "a file of that name exists");
    } catch (IOException e) {
      throw notWritable(folder, e);
    }
  }

  /** One sentence for a folder that a user chose and this process cannot write. */
  static BadInput notWritable(Path folder, IOException e) {
    return notWritable(folder, IoSentence.reason(e));
  }

  private static BadInput notWritable(Path folder, String reason) {
    return new BadInput(
        "folder %s cannot be written (%s): expected a folder that this user may create and write"
            .formatted(folder, reason));
  }

  /** Bytes that this process may still write to the folder's file system. */
  static long freeBytes(Path folder) {
    try {
      return Files.getFileStore(folder).getUsableSpace();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes the entries of a folder and of all its parents up to the root durable. */
  static void sync(Path root, Path folder) throws IOException {
    for (Path f = folder; f != null && f.startsWith(root); f = f.getParent()) {
      try (FileChannel channel = FileChannel.open(f, StandardOpenOption.READ)) {
        channel.force(true);
      } catch (NoSuchFileException e) {
        // Its last object was deleted meanwhile, and the folder with it.
      }
    }
  }

  /** Removes a folder and its parents below the root as long as they are empty. */
  static void prune(Path root, Path folder) throws IOException {
    for (Path f = folder; f != null && f.startsWith(root) && !f.equals(root); f = f.getParent()) {
      try {
        Files.deleteIfExists(f);
      } catch (DirectoryNotEmptyException e) {
        return;
      }
    }
  }
}
