package dev.primeline.activities.model;

import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A libtorch that the user brings, in PYTORCH_LIBRARY_PATH. Loading another version than the one
 * that DJL's native code was built against ends the process without a word, so it is read first.
 */
final class LibtorchFolder {

  private static final String VERSION = "2.7.1";

  /** {@code 2.7.1+cu128}: in libtorch's build-version, and in version.py of a Python package. */
  private static final Pattern NUMBER =
      Pattern.compile("(?:__version__ = ')?(\\d+\\.\\d+\\.\\d+)(?:\\+(\\w+))?'?");

  private LibtorchFolder() {}

  /**
   * What DJL has to be told about the folder, as system properties.
   *
   * @param folder the one with the shared libraries
   * @throws BadInput when it holds no libtorch, or another version
   */
  static Map<String, String> properties(Path folder) {
    if (!Files.isRegularFile(folder.resolve(System.mapLibraryName("torch")))) {
      throw new BadInput(
          "PYTORCH_LIBRARY_PATH: %s holds no %s, expected the lib folder of libtorch %s"
              .formatted(folder, System.mapLibraryName("torch"), VERSION));
    }
    Matcher version = version(folder);
    if (!version.group(1).equals(VERSION)) {
      throw new BadInput(
          "PYTORCH_LIBRARY_PATH: %s holds libtorch %s, expected exactly %s"
              .formatted(folder, version.group(1), VERSION));
    }
    String flavour = version.group(2);
    return Map.of(
        "PYTORCH_VERSION",
        VERSION,
        "PYTORCH_FLAVOR",
        flavour != null && flavour.startsWith("cu") ? flavour : "cpu");
  }

  private static Matcher version(Path folder) {
    for (Path file :
        new Path[] {
          folder.resolve("build-version"),
          folder.resolveSibling("build-version"),
          folder.resolveSibling("version.py")
        }) {
      try {
        for (String line :
            Files.isReadable(file) ? Files.readAllLines(file) : java.util.List.<String>of()) {
          Matcher number = NUMBER.matcher(line.strip());
          if (number.matches()) {
            return number;
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    throw new BadInput(
        "PYTORCH_LIBRARY_PATH: %s says no version (build-version or version.py beside it), expected that of libtorch %s"
            .formatted(folder, VERSION));
  }
}
