package dev.primeline.workflows.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * A run's spec.json, with every value decided, as a user would have to type it. So one reader
 * judges both, and what an older version did not know yet is the preset's.
 */
public final class StoredSpec {

  /** What of a resolved family a user may type too, apart from its row. */
  private static final List<String> CHOICES =
      List.of("name", "ell", "base", "order", "head", "objective", "codes");

  private StoredSpec() {}

  /**
   * What to type for this specification: {@code SpecReader.read(typed(tree of spec))} equals spec.
   *
   * @throws BadInput when the tree is no specification
   */
  public static ObjectNode typed(JsonNode stored) {
    if (!(stored instanceof ObjectNode spec) || !(spec.get("families") instanceof ArrayNode)) {
      throw StrictReader.wrong("", stored, "an experiment with its families");
    }
    ObjectNode typed = spec.deepCopy();
    ArrayNode families = typed.putArray("families");
    spec.get("families").forEach(family -> families.add(choice(family)));
    return typed;
  }

  private static ObjectNode choice(JsonNode family) {
    if (!family.path("attention").isTextual() || !family.path("ell").isInt()) {
      throw StrictReader.wrong("families", family, "a family with every value decided");
    }
    ObjectNode choice = JsonNodeFactory.instance.objectNode();
    if (family.path("attention").asText().equals(StrictReader.wireName(Attention.CAUSAL))) {
      // Whole tokens, in the order of their ids: nothing else of it may be typed.
      choice.put("family", "arm");
      copy(family, choice, List.of("name", "head", "objective"));
    } else {
      choice.put("family", family.path("ell").asInt() == 1 ? "mdm" : "prime");
      copy(family, choice, CHOICES);
    }
    return choice;
  }

  private static void copy(JsonNode from, ObjectNode to, List<String> keys) {
    for (String key : keys) {
      if (from.has(key)) {
        to.set(key, from.get(key));
      }
    }
  }
}
