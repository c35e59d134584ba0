package dev.primeline.activities.corpus;

import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which local files a corpus may be made of. Whoever can start a workflow names the files that a
 * worker reads, and need not be one who may read all that the worker can.
 */
public final class DataRoots {

  private static final DataRoots EVERYWHERE = new DataRoots(Optional.empty());

  private final Optional<List<Path>> folders;

  private DataRoots(Optional<List<Path>> folders) {
    this.folders = folders;
  }

  /** The caller's own files: all that the process can read. */
  public static DataRoots everywhere() {
    return EVERYWHERE;
  }

  /** Files below these folders alone, wherever links lead; none at all when there is no folder. */
  public static DataRoots under(List<Path> folders) {
    return new DataRoots(
        Optional.of(folders.stream().map(folder -> folder.toAbsolutePath().normalize()).toList()));
  }

  /** Requires that a name lies inside, before anybody looks whether there is something. */
  void requireName(String uri, Path name) throws IOException {
    require(uri, name.toAbsolutePath().normalize());
  }

  /** Requires that a file lies inside when all links are followed. */
  void requireFile(String uri, Path file) throws IOException {
    if (folders.isPresent()) {
      require(uri, file.toRealPath());
    }
  }

  private void require(String uri, Path path) throws IOException {
    if (folders.isEmpty()) {
      return;
    }
    for (Path folder : withLinksFollowed(folders.get())) {
      if (path.startsWith(folder)) {
        return;
      }
    }
    throw new BadInput(
        "corpus %s: not a file that this worker may read, expected one below PRIMELINE_DATA_ROOTS (%s)"
            .formatted(
                uri,
                folders.get().isEmpty()
                    ? "not set"
                    : folders.get().stream().map(Path::toString).collect(Collectors.joining(":"))));
  }

  private static List<Path> withLinksFollowed(List<Path> folders) throws IOException {
    List<Path> both = new ArrayList<>(folders);
    for (Path folder : folders) {
      if (Files.exists(folder)) {
        both.add(folder.toRealPath());
      }
    }
    return both;
  }

  @Override
  public String toString() {
    return folders.map(List::toString).orElse("everywhere");
  }
}
