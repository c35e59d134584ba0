package dev.primeline.activities.comparison;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A key in which specifications differ.
 *
 * @param key with dots; a family's keys are below {@code families.NAME}
 * @param values one for each specification, as JSON; null where it has no such key
 */
public record SpecificationDifference(String key, List<@Nullable String> values) {

  /** The keys in which any two differ, in the order of the first that has them. */
  static List<SpecificationDifference> of(List<JsonNode> specifications) {
    List<Map<String, String>> flat = new ArrayList<>();
    Set<String> keys = new LinkedHashSet<>();
    for (JsonNode specification : specifications) {
      Map<String, String> values = new LinkedHashMap<>();
      flatten("", specification, values);
      keys.addAll(values.keySet());
      flat.add(values);
    }
    List<SpecificationDifference> differences = new ArrayList<>();
    for (String key : keys) {
      List<@Nullable String> values = new ArrayList<>();
      flat.forEach(each -> values.add(each.get(key)));
      if (new HashSet<>(values).size() > 1) {
        differences.add(new SpecificationDifference(key, values));
      }
    }
    return differences;
  }

  private static void flatten(String key, JsonNode node, Map<String, String> values) {
    if (node.isObject()) {
      node.properties()
          .forEach(
              field ->
                  flatten(
                      key.isEmpty() ? field.getKey() : key + "." + field.getKey(),
                      field.getValue(),
                      values));
    } else if (key.equals("families") && node instanceof ArrayNode families) {
      families.forEach(family -> flatten(key + "." + family.path("name").asText(), family, values));
    } else {
      values.put(key, node.toString());
    }
  }
}
