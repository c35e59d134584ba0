package dev.primeline.workflows.scaling;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.NearestName;
import dev.primeline.workflows.experiment.Overlay;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** The named starting points of a study; studies.json beside this class holds their values. */
public final class StudyPresets {

  /** What {@code null} and {@code {}} mean. */
  public static final String DEFAULT = "study-tiny";

  private static final JsonNode FILE = load();

  private StudyPresets() {}

  /** Names in the order in which they are shown. */
  public static List<String> names() {
    List<String> names = new ArrayList<>();
    FILE.get("presets").fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** One line about a preset. */
  public static String summary(String name) {
    return entry(name).get("summary").textValue();
  }

  /** A preset's tree; the caller may change it. */
  public static ObjectNode tree(String name) {
    ObjectNode tree = ((ObjectNode) FILE.get("base")).deepCopy();
    Overlay.merge(tree, (ObjectNode) entry(name).get("study"));
    tree.put("preset", name);
    return tree;
  }

  private static JsonNode entry(String name) {
    JsonNode entry = FILE.get("presets").get(name);
    if (entry == null) {
      throw new BadInput(
          "preset: \"%s\" is unknown%s".formatted(name, NearestName.hint(name, names())));
    }
    return entry;
  }

  private static JsonNode load() {
    try (InputStream file = StudyPresets.class.getResourceAsStream("studies.json")) {
      return new ObjectMapper().readTree(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
