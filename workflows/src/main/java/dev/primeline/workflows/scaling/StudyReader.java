package dev.primeline.workflows.scaling;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.ExperimentSpec;
import dev.primeline.workflows.experiment.Overlay;
import dev.primeline.workflows.experiment.SpecReader;
import dev.primeline.workflows.experiment.StrictReader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns a few lines of JSON into a full study: the named preset, with the user's keys laid over it.
 * {@code experiment} is read as a run's specification is. A budget may be just its FLOPs.
 */
public final class StudyReader {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The keys of the top level; lists are read entry by entry. */
  private record Keys(
      String preset,
      JsonNode experiment,
      JsonNode sizes,
      JsonNode budgets,
      Bracket bracket,
      JsonNode seeds,
      LearningRates learningRate,
      int parallel) {}

  private StudyReader() {}

  /**
   * Reads a study.
   *
   * @param typed what the user typed; null and {@code {}} mean the smallest preset
   * @throws BadInput naming key, value and expectation
   */
  public static StudySpec read(@Nullable JsonNode typed) {
    JsonNode given =
        typed == null || typed.isNull() || typed.isMissingNode()
            ? JsonNodeFactory.instance.objectNode()
            : typed;
    StrictReader.check(given, Keys.class, "");
    ObjectNode user = (ObjectNode) given;
    JsonNode preset = user.path("preset");
    ObjectNode tree =
        StudyPresets.tree(preset.isTextual() ? preset.textValue() : StudyPresets.DEFAULT);
    String name = tree.get("preset").textValue();
    if (user.path("experiment").path("corpus").path("uri").isTextual()) {
      // Text of one's own replaces a source; its tokenizer is the experiment preset's then.
      tree.withObject("/experiment").remove("corpus");
    }
    Overlay.merge(tree, user);
    tree.put("preset", name);
    StudySpec study =
        new StudySpec(
            name,
            experiment(tree.get("experiment")),
            list(tree, "sizes", Size.class),
            budgets(tree),
            part(tree.get("bracket"), "bracket", Bracket.class),
            numbers(tree.get("seeds"), "seeds", Long.class),
            part(tree.get("learningRate"), "learningRate", LearningRates.class),
            tree.get("parallel").intValue());
    StudyRules.check(study);
    return study;
  }

  private static ExperimentSpec experiment(JsonNode tree) {
    try {
      return SpecReader.read(tree);
    } catch (BadInput e) {
      throw new BadInput("experiment." + e.getMessage());
    }
  }

  private static List<Budget> budgets(ObjectNode tree) {
    ArrayNode entries = array(tree, "budgets", "[1e12, 3e12]");
    for (int i = 0; i < entries.size(); i++) {
      if (entries.get(i).isNumber()) {
        entries.set(i, JsonNodeFactory.instance.objectNode().set("flops", entries.get(i)));
      }
    }
    List<Budget> budgets = list(tree, "budgets", Budget.class);
    for (int i = 0; i < budgets.size(); i++) {
      JsonNode sizes = entries.get(i).path("sizes");
      if (!sizes.isMissingNode() && !sizes.isNull()) {
        numbers(sizes, "budgets[%d].sizes".formatted(i), String.class);
      }
    }
    return budgets;
  }

  private static <T> List<T> list(ObjectNode tree, String key, Class<T> type) {
    ArrayNode entries = array(tree, key, "one or more objects");
    List<T> values = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      values.add(part(entries.get(i), key + "[" + i + "]", type));
    }
    return values;
  }

  private static ArrayNode array(ObjectNode tree, String key, String example) {
    if (tree.get(key) instanceof ArrayNode array) {
      return array;
    }
    throw StrictReader.wrong(key, tree.get(key), "a JSON list, such as " + example);
  }

  /** A list of plain values. */
  private static <T> List<T> numbers(JsonNode node, String where, Class<T> type) {
    List<T> values = new ArrayList<>();
    if (!(node instanceof ArrayNode array)) {
      throw StrictReader.wrong(where, node, "a JSON list");
    }
    for (int i = 0; i < array.size(); i++) {
      StrictReader.checkValue(array.get(i), type, where + "[" + i + "]");
      values.add(part(array.get(i), where + "[" + i + "]", type));
    }
    return values;
  }

  private static <T> T part(JsonNode node, String where, Class<T> type) {
    if (type.isRecord()) {
      StrictReader.check(node, type, where);
    }
    try {
      T value = JSON.treeToValue(node, type);
      if (value == null) {
        throw new BadInput(where + ": null, expected a value or no such key");
      }
      return value;
    } catch (JsonProcessingException e) {
      throw new BadInput(where + ": " + e.getOriginalMessage());
    }
  }
}
