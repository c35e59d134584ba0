package dev.primeline.activities.corpus;

import dev.primeline.activities.artifacts.IoSentence;
import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/**
 * Finds the files of a corpus: a file, a directory (recursively) or a glob ({@code *}, {@code **},
 * {@code ?}, {@code [..]}, {@code {a,b}}) of the local file system, with or without {@code file:}.
 * Directories and globs give their files sorted by path, without hidden files and folders.
 */
final class CorpusPaths {
  private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]+):(.*)");

  private CorpusPaths() {}

  static List<Path> find(String uri, DataRoots roots) throws IOException {
    String name = localName(uri);
    try {
      roots.requireName(uri, Path.of(name));
      List<Path> files = find(uri, name);
      for (Path file : files) {
        roots.requireFile(uri, file);
      }
      return files;
    } catch (InvalidPathException e) {
      throw bad(uri, "not a path (%s)".formatted(e.getReason()));
    } catch (UncheckedIOException e) {
      throw readable(uri, Objects.requireNonNull(e.getCause()));
    } catch (AccessDeniedException e) {
      throw readable(uri, e);
    }
  }

  private static List<Path> find(String uri, String name) throws IOException {
    Path path = Path.of(name);
    if (Files.isRegularFile(path)) {
      return List.of(path);
    }
    if (Files.isDirectory(path)) {
      return nonEmpty(uri, walk(path, Integer.MAX_VALUE, file -> true), "holds no files");
    }
    if (Files.exists(path)) {
      throw bad(uri, "neither a file nor a directory");
    }
    int wildcard = firstWildcard(name);
    if (wildcard < 0) {
      throw bad(uri, "no such file or directory");
    }
    return nonEmpty(uri, matches(name, wildcard), "no file matches");
  }

  private static String localName(String uri) {
    if (uri.isBlank()) {
      throw bad(uri, "an empty name");
    }
    Matcher scheme = SCHEME.matcher(uri);
    if (!scheme.matches()) {
      return uri;
    }
    if (scheme.group(1).equalsIgnoreCase("file")) {
      try {
        return Path.of(URI.create(uri)).toString();
      } catch (IllegalArgumentException e) {
        // A glob's characters need not be legal in a URI.
        return scheme.group(2).replaceFirst("^//(?=/)", "");
      }
    }
    if (scheme.group(2).startsWith("//")) {
      throw new BadInput(
          "corpus %s: %s: addresses are not supported; expected a local file, directory or glob, a file: URI, s3://bucket/prefix, or https://host/file"
              .formatted(uri, scheme.group(1)));
    }
    return uri;
  }

  private static List<Path> matches(String name, int wildcard) throws IOException {
    int slash = name.lastIndexOf('/', wildcard);
    // Path.of("") is the working directory, and resolving against it leaves names relative.
    Path base = Path.of(slash < 0 ? "" : name.substring(0, slash + 1));
    String pattern = name.substring(slash + 1);
    PathMatcher matcher = glob(name, pattern);
    int depth =
        pattern.contains("**")
            ? Integer.MAX_VALUE
            : 1 + (int) pattern.chars().filter(c -> c == '/').count();
    return Files.isDirectory(base) ? walk(base, depth, matcher) : List.of();
  }

  /** What tells the names that a pattern means. */
  static PathMatcher glob(String uri, String pattern) {
    try {
      return FileSystems.getDefault().getPathMatcher("glob:" + pattern);
    } catch (PatternSyntaxException e) {
      throw bad(uri, "not a glob (%s)".formatted(e.getDescription()));
    }
  }

  private static List<Path> walk(Path base, int depth, PathMatcher matcher) throws IOException {
    try (Stream<Path> paths = Files.walk(base, depth, FileVisitOption.FOLLOW_LINKS)) {
      return paths
          .filter(path -> !hidden(base.relativize(path)))
          .filter(path -> matcher.matches(base.relativize(path)))
          .filter(Files::isRegularFile)
          .sorted(Comparator.comparing(Path::toString))
          .toList();
    }
  }

  /** Whether a part of a name begins with a dot. */
  static boolean hidden(Path relative) {
    for (Path part : relative) {
      if (part.toString().startsWith(".")) {
        return true;
      }
    }
    return false;
  }

  /** Where a name begins to be a pattern, or -1. */
  static int firstWildcard(String name) {
    for (int i = 0; i < name.length(); i++) {
      if ("*?[{".indexOf(name.charAt(i)) >= 0) {
        return i;
      }
    }
    return -1;
  }

  private static List<Path> nonEmpty(String uri, List<Path> files, String problem) {
    if (files.isEmpty()) {
      throw bad(uri, problem);
    }
    return files;
  }

  /** The sentence for something that exists and cannot be read. */
  static BadInput readable(String name, IOException cause) {
    return new BadInput(
        "corpus %s: cannot be read (%s); expected readable files"
            .formatted(name, IoSentence.reason(cause)));
  }

  private static BadInput bad(String uri, String problem) {
    return new BadInput(
        "corpus %s: %s; expected a local file, directory or glob, or a file: URI"
            .formatted(uri.isBlank() ? "\"" + uri + "\"" : uri, problem));
  }
}
