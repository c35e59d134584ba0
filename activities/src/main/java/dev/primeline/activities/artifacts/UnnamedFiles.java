package dev.primeline.activities.artifacts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Files of corpora and trainings that no manifest names, and the passes of evaluations that never
 * ended: what killed executions left, and the log of those that were superseded.
 *
 * <p>An execution writes and names its files within hours, so what lies for a day in a folder that
 * nobody writes to will never be named.
 */
public final class UnnamedFiles {

  private static final Duration SPARED = Duration.ofDays(1);
  private static final Pattern FOLDER =
      Pattern.compile(
          "(?<folder>corpora/[^/]+/|trainings/[^/]+/[^/]+/|evaluations/[^/]+/)(?<rest>.+)");

  /** An evaluation that ends leaves no folder. */
  private static final String EVALUATIONS = "evaluations/";

  private static final Pattern MANIFEST = Pattern.compile("(.*/)?manifest(-\\d+)?\\.json");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ArtifactStore store;

  public UnnamedFiles(ArtifactStore store) {
    this.store = store;
  }

  /**
   * The unnamed files of a corpus, a branch of a training or an evaluation.
   *
   * @param folder where they are
   * @param files the files, none when some manifest cannot be read
   * @param unreadable manifests that cannot be read, for which the whole folder is left alone
   */
  public record Found(String folder, List<StoredObject> files, List<String> unreadable) {

    /** Of all files. */
    public long bytes() {
      return files.stream().mapToLong(StoredObject::bytes).sum();
    }
  }

  /** Looks through the store; removes nothing. */
  public List<Found> find() throws IOException {
    Instant oldest = now().minus(SPARED);
    Map<String, List<StoredObject>> folders = new TreeMap<>();
    for (String top : List.of("corpora/", "trainings/", EVALUATIONS)) {
      for (StoredObject object : store.objects(top)) {
        Matcher place = FOLDER.matcher(object.key());
        if (place.matches()) {
          folders.computeIfAbsent(place.group("folder"), f -> new ArrayList<>()).add(object);
        }
      }
    }
    List<Found> found = new ArrayList<>();
    for (Map.Entry<String, List<StoredObject>> folder : folders.entrySet()) {
      Found here = find(folder.getKey(), folder.getValue(), oldest);
      if (!here.files().isEmpty() || !here.unreadable().isEmpty()) {
        found.add(here);
      }
    }
    return found;
  }

  /** Removes what was found. */
  public void remove(List<Found> found) throws IOException {
    for (Found folder : found) {
      for (StoredObject file : folder.files()) {
        store.delete(file.key());
      }
    }
  }

  private Found find(String folder, List<StoredObject> objects, Instant oldest) throws IOException {
    Set<String> named = new HashSet<>();
    List<String> unreadable = new ArrayList<>();
    // An execution that still writes here may name its oldest files yet.
    Map<String, Instant> newest = new HashMap<>();
    for (StoredObject object : objects) {
      newest.merge(parent(object), object.written(), (a, b) -> a.isAfter(b) ? a : b);
      if (MANIFEST.matcher(object.key()).matches()) {
        try {
          name(JSON.readTree(store.read(object.key())), named);
        } catch (com.fasterxml.jackson.core.JsonProcessingException | NoSuchFileException e) {
          unreadable.add(object.key());
        }
      }
    }
    List<StoredObject> unnamed =
        unreadable.isEmpty()
            ? objects.stream()
                .filter(object -> newest.getOrDefault(parent(object), Instant.MAX).isBefore(oldest))
                .filter(object -> !named.contains(object.key()))
                .filter(object -> !MANIFEST.matcher(object.key()).matches())
                // What lies in the folder itself describes it, such as spec.json.
                .filter(
                    object ->
                        object.key().indexOf('/', folder.length()) >= 0
                            || folder.startsWith(EVALUATIONS))
                .toList()
            : List.of();
    return new Found(folder, unnamed, unreadable);
  }

  private static String parent(StoredObject object) {
    return object.key().substring(0, object.key().lastIndexOf('/') + 1);
  }

  /** Every reference in a manifest is an object with a key. */
  private static void name(JsonNode node, Set<String> named) {
    if (node.path("key").isTextual()) {
      named.add(node.get("key").textValue());
    }
    node.forEach(child -> name(child, named));
  }

  /** The store's clock, which wrote the times of its objects; this machine's may be days off. */
  private Instant now() throws IOException {
    String folder = "clock/" + UUID.randomUUID() + "/";
    String key = folder + "now";
    store.putIfAbsent(key, "now".getBytes(StandardCharsets.UTF_8));
    try {
      return store.objects(folder).stream()
          .map(StoredObject::written)
          .findFirst()
          .orElseThrow(() -> new IOException(store.uri(key) + " vanished while it was looked at"));
    } finally {
      store.delete(key);
    }
  }
}
