package dev.primeline.activities.corpus;

import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which files a corpus may be made of, here and elsewhere. Whoever can start a workflow names the
 * files that a worker reads, and need not be one who may read all that the worker can.
 */
public final class DataRoots {

  private static final DataRoots EVERYWHERE = new DataRoots(Optional.empty(), List.of());

  private final Optional<List<Path>> folders;
  private final List<String> addresses;

  private DataRoots(Optional<List<Path>> folders, List<String> addresses) {
    this.folders = folders;
    this.addresses = addresses;
  }

  /** The caller's own files: all that the process can read. */
  public static DataRoots everywhere() {
    return EVERYWHERE;
  }

  /** Files below these folders alone, wherever links lead; none at all when there is no folder. */
  public static DataRoots under(List<Path> folders) {
    return under(folders, List.of());
  }

  /** The same, and what lies below these addresses, such as {@code s3://bucket/prefix}. */
  public static DataRoots under(List<Path> folders, List<String> addresses) {
    return new DataRoots(
        Optional.of(folders.stream().map(folder -> folder.toAbsolutePath().normalize()).toList()),
        addresses.stream().map(address -> address.replaceAll("/+$", "")).toList());
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

  /** Requires that an address without dots as parts lies below one of the roots. */
  void requireAddress(String uri, String address) {
    boolean inside =
        addresses.stream().anyMatch(root -> address.equals(root) || address.startsWith(root + "/"));
    if (folders.isPresent() && !inside) {
      throw outside(uri, folders.get());
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
    throw outside(uri, folders.get());
  }

  private BadInput outside(String uri, List<Path> folders) {
    List<String> roots = names(folders);
    return new BadInput(
        "corpus %s: not a file that this worker may read, expected one below PRIMELINE_DATA_ROOTS (%s)"
            .formatted(uri, roots.isEmpty() ? "not set" : String.join(":", roots)));
  }

  private List<String> names(List<Path> folders) {
    List<String> names = new ArrayList<>(folders.stream().map(Path::toString).toList());
    names.addAll(addresses);
    return names;
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
    return folders.map(paths -> names(paths).toString()).orElse("everywhere");
  }
}
