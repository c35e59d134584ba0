package dev.primeline.activities.corpus;

import java.nio.file.Path;
import java.util.Locale;

/** How a file's bytes hold documents, told by the end of its name. */
enum FileFormat {
  /** UTF-8 text; every name that is not JSONL. */
  PLAIN,
  /** One JSON object a line: {@code .jsonl} and {@code .json}. */
  JSONL;

  static FileFormat of(Path path) {
    String name = path.toString().toLowerCase(Locale.ROOT);
    return name.endsWith(".jsonl") || name.endsWith(".json") ? JSONL : PLAIN;
  }
}
