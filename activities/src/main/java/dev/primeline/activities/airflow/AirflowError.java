package dev.primeline.activities.airflow;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * What Airflow says went wrong: {@code {"detail": string or object}}, or of a malformed request
 * {@code {"detail": [{"loc": [..], "msg": ..}]}}. What it repeats of the request is left out.
 */
final class AirflowError {

  private static final int LONGEST = 300;

  private AirflowError() {}

  /** In words, on one line. */
  static String of(JsonNode body) {
    JsonNode detail = body.path("detail");
    if (detail.isArray()) {
      List<String> parts = new ArrayList<>();
      for (JsonNode part : detail) {
        List<String> place = new ArrayList<>();
        part.path("loc").forEach(step -> place.add(step.asText()));
        parts.add(String.join(".", place) + ": " + part.path("msg").asText("refused"));
      }
      return cut(String.join(", ", parts));
    }
    if (detail.isObject()) {
      return cut(detail.path("reason").asText(detail.toString()));
    }
    return cut(detail.asText("no reason given"));
  }

  private static String cut(String text) {
    String line = text.strip().replaceAll("\\s*\\R\\s*", " ");
    return line.length() > LONGEST ? line.substring(0, LONGEST) + "..." : line;
  }
}
