package dev.primeline.workflows.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The named datasets that {@code corpus.dataset} stands for; datasets.json beside this class holds
 * where their files are. Nothing of them is part of Primeline, and none has been read whole by it.
 */
public final class Datasets {

  private static final JsonNode FILE = load();

  private Datasets() {}

  /** Names in the order in which they are shown. */
  public static List<String> names() {
    List<String> names = new ArrayList<>();
    FILE.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** One line about a dataset. */
  public static String summary(String name) {
    return entry(name).get("summary").textValue();
  }

  /** Under which terms its publishers give it away, as they say. */
  public static String licence(String name) {
    return entry(name).get("licence").textValue();
  }

  /** The keys of {@code corpus} that it stands for; the caller may change them. */
  static ObjectNode corpus(String name) {
    return entry(name).get("corpus").deepCopy();
  }

  private static JsonNode entry(String name) {
    JsonNode entry = FILE.get(name);
    if (entry == null) {
      throw new BadInput(
          "corpus.dataset: \"%s\" is unknown%s".formatted(name, NearestName.hint(name, names())));
    }
    return entry;
  }

  private static JsonNode load() {
    try (InputStream file = Datasets.class.getResourceAsStream("datasets.json")) {
      return new ObjectMapper().readTree(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
