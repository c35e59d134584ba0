package dev.primeline.activities.tasks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.primeline.workflows.experiment.BadInput;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one entry of a task's file; what is not as expected is refused with its place.
 *
 * @param place file and line
 * @param entry a JSON object
 * @param label from the file beside, where the format has one
 */
record Fields(String place, JsonNode entry, @Nullable String label) {

  BadInput bad(String what, String expected) {
    return new BadInput("%s: %s, expected %s".formatted(place, what, expected));
  }

  /** A field that must be there. */
  JsonNode field(String name) {
    JsonNode field = entry.get(name);
    if (field == null || field.isNull()) {
      List<String> names = new ArrayList<>();
      entry.fieldNames().forEachRemaining(names::add);
      throw bad("no field \"%s\" among %s".formatted(name, names), "it");
    }
    return field;
  }

  /** A field that is text. */
  String text(String name) {
    JsonNode field = field(name);
    if (!field.isTextual()) {
      throw bad("field \"%s\" is %s".formatted(name, brief(field)), "text");
    }
    return field.textValue();
  }

  /** A field that is a list of choices. */
  List<String> texts(String name) {
    return texts(name, 2);
  }

  /** A field that is a list of so many texts or more. */
  List<String> texts(String name, int fewest) {
    JsonNode field = field(name);
    List<String> texts = new ArrayList<>();
    field.forEach(each -> texts.add(each.isTextual() ? each.textValue() : ""));
    if (!field.isArray() || texts.size() < fewest || texts.contains("")) {
      throw bad("field \"%s\" is %s".formatted(name, brief(field)), "a list of texts");
    }
    return texts;
  }

  /** A field that is an object, as fields of the same place. */
  Fields object(String name) {
    JsonNode field = field(name);
    if (!field.isObject()) {
      throw bad("field \"%s\" is %s".formatted(name, brief(field)), "an object");
    }
    return new Fields(place, field, null);
  }

  /** The objects of a field that is a list of them. */
  List<Fields> objects(String name) {
    List<Fields> objects = new ArrayList<>();
    JsonNode field = field(name);
    field.forEach(each -> objects.add(new Fields(place, each, null)));
    if (!field.isArray() || objects.isEmpty()) {
      throw bad("field \"%s\" is %s".formatted(name, brief(field)), "a list of objects");
    }
    return objects;
  }

  /** Names and values of the entry in the file's order. */
  Iterator<Map.Entry<String, JsonNode>> pairs() {
    return entry.properties().iterator();
  }

  /** Which of the known names a field has, as a text, a number or true and false. */
  int oneOf(String name, List<String> known) {
    return indexOf("field \"%s\"".formatted(name), field(name).asText(), known);
  }

  /** Which of the known names the label beside is. */
  int labelOf(List<String> known) {
    return indexOf("label", label == null ? "" : label, known);
  }

  private int indexOf(String what, String value, List<String> known) {
    int index = known.indexOf(value.strip());
    if (index < 0) {
      throw bad("%s is \"%s\"".formatted(what, value), "one of " + known);
    }
    return index;
  }

  private static String brief(JsonNode value) {
    String text = value.toString();
    return text.length() > 40 ? text.substring(0, 40) + "..." : text;
  }
}
