package dev.primeline.workflows.experiment;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/**
 * Checks a JSON tree against record types before anything reads it: an unknown key, a wrong type or
 * an unknown name is refused with its path, its value and the nearest name. Jackson alone would say
 * less, and later.
 */
public final class StrictReader {

  private StrictReader() {}

  /** Refuses what the record cannot hold; keys may be missing. */
  public static void check(JsonNode tree, Class<?> type, String path) {
    if (!(tree instanceof ObjectNode object)) {
      throw wrong(path, tree, "an object");
    }
    List<RecordComponent> components = Arrays.asList(type.getRecordComponents());
    List<String> names = components.stream().map(RecordComponent::getName).toList();
    for (Iterator<String> keys = object.fieldNames(); keys.hasNext(); ) {
      String key = keys.next();
      int at = names.indexOf(key);
      String place = path.isEmpty() ? key : path + "." + key;
      if (at < 0) {
        throw new BadInput("%s: unknown key%s".formatted(place, NearestName.hint(key, names)));
      }
      checkValue(object.get(key), components.get(at).getType(), place);
    }
  }

  /** Refuses a value that cannot be one of this type. */
  public static void checkValue(JsonNode value, Class<?> type, String place) {
    if (value.isNull() && !type.isPrimitive()) {
      return;
    }
    if (type == String.class) {
      require(value.isTextual(), place, value, "a string");
    } else if (type == int.class || type == Integer.class) {
      requireWhole(place, value, Integer.MAX_VALUE);
    } else if (type == long.class || type == Long.class) {
      requireWhole(place, value, Long.MAX_VALUE);
    } else if (type == double.class || type == Double.class) {
      require(value.isNumber(), place, value, "a number");
    } else if (type.isEnum()) {
      require(value.isTextual(), place, value, "one of " + String.join(", ", wireNames(type)));
      if (!wireNames(type).contains(value.textValue())) {
        throw new BadInput(
            "%s: \"%s\" is unknown%s"
                .formatted(
                    place,
                    value.textValue(),
                    NearestName.hint(value.textValue(), wireNames(type))));
      }
    } else if (type.isRecord()) {
      check(value, type, place);
    }
  }

  private static void requireWhole(String place, JsonNode value, long most) {
    require(value.isNumber() && isWhole(value), place, value, "a whole number");
    boolean fits = value.canConvertToLong() && Math.abs(value.longValue()) <= most;
    require(fits, place, value, "a whole number between -%d and %d".formatted(most, most));
  }

  private static boolean isWhole(JsonNode value) {
    return value.isIntegralNumber() || value.doubleValue() == Math.rint(value.doubleValue());
  }

  private static void require(boolean holds, String place, JsonNode value, String expected) {
    if (!holds) {
      throw wrong(place, value, expected);
    }
  }

  /** The refusal of a value: where it stands, what it is, what was expected. */
  public static BadInput wrong(String place, JsonNode value, String expected) {
    String shown = value.toString();
    String cut = shown.length() > 60 ? shown.substring(0, 60) + "..." : shown;
    String where = place.isEmpty() ? "the specification" : place;
    return new BadInput("%s: %s, expected %s".formatted(where, cut, expected));
  }

  /** The name of an enum constant in JSON. */
  static String wireName(Enum<?> constant) {
    try {
      JsonProperty name =
          constant.getDeclaringClass().getField(constant.name()).getAnnotation(JsonProperty.class);
      return name == null ? constant.name() : name.value();
    } catch (NoSuchFieldException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> wireNames(Class<?> type) {
    return Arrays.stream(type.getEnumConstants()).map(c -> wireName((Enum<?>) c)).toList();
  }
}
