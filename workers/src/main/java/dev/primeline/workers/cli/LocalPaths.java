package dev.primeline.workers.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * What a user names from the working directory, named for processes with another one. What has a
 * scheme ({@code s3://}, {@code https://}, {@code file:}) means the same everywhere and stays.
 */
final class LocalPaths {

  private static final Pattern SCHEME = Pattern.compile("(?i)(file:|[a-z][a-z0-9+.-]+://).*");

  private LocalPaths() {}

  /** Makes files and globs absolute in a specification as it was typed. */
  static void makeAbsolute(ObjectNode typed) {
    if (typed.get("corpus") instanceof ObjectNode corpus) {
      makeAbsolute(corpus, "uri");
      makeAbsolute(corpus, "heldout");
      makeAbsolute(corpus.path("tokenizerFile"), "uri");
    }
    for (JsonNode family : typed.path("families")) {
      makeAbsolute(family.path("codes"), "uri");
    }
  }

  private static void makeAbsolute(JsonNode owner, String key) {
    String name = owner.path(key).textValue();
    if (owner instanceof ObjectNode object && name != null && !name.isBlank()) {
      object.put(key, absolute(name));
    }
  }

  /** A file or glob, absolute. */
  static String absolute(String name) {
    // Put together as text: a glob is no path, and what it matches is not to be touched.
    return SCHEME.matcher(name).matches() || name.startsWith("/")
        ? name
        : Path.of("").toAbsolutePath() + "/" + name;
  }
}
