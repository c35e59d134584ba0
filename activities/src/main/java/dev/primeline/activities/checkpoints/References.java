package dev.primeline.activities.checkpoints;

import dev.primeline.activities.artifacts.ArtifactStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What runs, evaluations and branches refer to. Any mention of a manifest's key or SHA-256 in one
 * of their JSON files is a reference, whatever the field is called.
 */
final class References {

  private static final Pattern MENTION =
      Pattern.compile(
          "(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])"
              + "|trainings/[^\"\\s/]+/[^\"\\s/]+/step-\\d+/manifest(-\\d+)?\\.json");

  private final ArtifactStore store;
  private final Layout layout;
  private final Map<String, Set<String>> read = new HashMap<>();

  References(ArtifactStore store, Layout layout) {
    this.store = store;
    this.layout = layout;
  }

  /** Keys and SHA-256s. Objects are immutable, so each is read once. */
  Set<String> all() throws IOException {
    Set<String> mentioned = new HashSet<>();
    for (String folder : List.of("runs/", "evaluations/")) {
      for (String key : store.list(folder)) {
        if (key.endsWith(".json")) {
          mentioned.addAll(mentions(key));
        }
      }
    }
    for (String key : store.list(layout.branches())) {
      if (layout.describesBranch(key)) {
        mentioned.addAll(mentions(key));
      }
    }
    return mentioned;
  }

  private Set<String> mentions(String key) throws IOException {
    Set<String> known = read.get(key);
    if (known == null) {
      known = find(key);
      read.put(key, known);
    }
    return known;
  }

  private Set<String> find(String key) throws IOException {
    Set<String> found = new HashSet<>();
    try {
      Matcher mention = MENTION.matcher(new String(store.read(key), StandardCharsets.UTF_8));
      while (mention.find()) {
        found.add(mention.group());
      }
    } catch (NoSuchFileException removedSince) {
      // Then it refers to nothing.
      return Set.of();
    }
    return found;
  }
}
