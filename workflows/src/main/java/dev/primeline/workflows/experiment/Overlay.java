package dev.primeline.workflows.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Lays one JSON tree over another: objects merge key by key, everything else replaces. */
public final class Overlay {

  private Overlay() {}

  /** Lays {@code above} over {@code below}, which changes. */
  public static void merge(ObjectNode below, ObjectNode above) {
    above
        .properties()
        .forEach(
            entry -> {
              JsonNode under = below.get(entry.getKey());
              if (under instanceof ObjectNode lower
                  && entry.getValue() instanceof ObjectNode upper) {
                merge(lower, upper);
              } else {
                below.set(entry.getKey(), entry.getValue().deepCopy());
              }
            });
  }
}
