package dev.primeline.activities.tasks;

import dev.primeline.activities.artifacts.IoSentence;
import dev.primeline.activities.corpus.CorpusSources;
import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The files of tasks, on this machine, on S3 ({@code s3://bucket/key}) or on the web ({@code
 * https://host/file}); they are small and read whole.
 */
public final class TaskData {
  private static final int LARGEST = 1 << 30;

  private final CorpusSources sources;

  /**
   * @param sources how other machines' files are reached; stays the caller's to close
   */
  public TaskData(CorpusSources sources) {
    this.sources = sources;
  }

  private static boolean remote(String name) {
    return name.startsWith("s3://") || name.startsWith("https://");
  }

  /**
   * A file's bytes.
   *
   * @throws BadInput when it is not there or not open to this process
   * @throws IOException when the way to another machine is broken
   */
  byte[] read(String name) throws IOException {
    if (remote(name)) {
      try {
        return sources.read(name, LARGEST);
      } catch (BadInput e) {
        throw new BadInput(String.valueOf(e.getMessage()).replaceFirst("^corpus ", ""));
      }
    }
    try {
      return Files.readAllBytes(Path.of(name));
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  /** The files of a folder whose names end in {@code .txt}, sorted; a file is its own folder. */
  List<String> texts(String name) throws IOException {
    if (remote(name)) {
      return sources.names(name).stream().filter(each -> each.endsWith(".txt")).toList();
    }
    if (!Files.isDirectory(Path.of(name))) {
      return List.of(name);
    }
    try (Stream<Path> files = Files.list(Path.of(name))) {
      return files.map(Path::toString).filter(each -> each.endsWith(".txt")).sorted().toList();
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  private static BadInput unreadable(String name, IOException cause) {
    return new BadInput(
        "%s: cannot be read (%s), expected a task's file"
            .formatted(name, IoSentence.reason(cause)));
  }
}
