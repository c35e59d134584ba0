package dev.primeline.activities.airflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What Airflow's own description says of the paths that a run asks, {@code airflow/openapi.json};
 * {@code infra/airflow/openapi} cuts it out of a running server, and {@code AirflowIT} holds it
 * against one.
 */
record OpenApi(JsonNode tree) {

  static OpenApi stored() {
    try (InputStream file = OpenApi.class.getResourceAsStream("/airflow/openapi.json")) {
      return new OpenApi(new ObjectMapper().readTree(Objects.requireNonNull(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The schema of a name. */
  JsonNode schema(String name) {
    JsonNode schema = tree.path("schemas").path(name);
    if (schema.isMissingNode()) {
      throw new IllegalArgumentException("no schema " + name);
    }
    return schema;
  }

  /** The operation behind a method and a path with its values filled in. */
  Optional<JsonNode> operation(String method, String path) {
    for (Map.Entry<String, JsonNode> entry : tree.path("paths").properties()) {
      if (path.matches(entry.getKey().replaceAll("\\{[^}]*}", "[^/]+"))) {
        JsonNode operation = entry.getValue().path(method.toLowerCase(Locale.ROOT));
        if (!operation.isMissingNode()) {
          return Optional.of(operation);
        }
      }
    }
    return Optional.empty();
  }

  /** The schema of a request's body. */
  Optional<JsonNode> body(JsonNode operation) {
    String ref =
        operation
            .path("requestBody")
            .path("content")
            .path("application/json")
            .path("schema")
            .path("$ref")
            .asText("");
    return ref.isEmpty()
        ? Optional.empty()
        : Optional.of(schema(ref.substring(ref.lastIndexOf('/') + 1)));
  }

  /** The key of a body that its schema forbids or misses, or the path that is none. */
  Optional<String> refuses(String method, String path, JsonNode body) {
    Optional<JsonNode> operation = operation(method, path);
    if (operation.isEmpty()) {
      // Nothing that a run asks.
      return path.equals("/api/v2/dags") ? Optional.empty() : Optional.of(method + " " + path);
    }
    Optional<JsonNode> schema = body(operation.get());
    if (schema.isEmpty()) {
      return Optional.empty();
    }
    boolean strict = !schema.get().path("additionalProperties").asBoolean(true);
    for (Iterator<String> keys = body.fieldNames(); keys.hasNext(); ) {
      String key = keys.next();
      if (strict && !schema.get().path("properties").has(key)) {
        return Optional.of(key);
      }
    }
    for (JsonNode required : schema.get().path("required")) {
      if (!body.has(required.asText())) {
        return Optional.of(required.asText());
      }
    }
    return Optional.empty();
  }
}
