package dev.primeline.activities.airflow;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How Airflow's parts say that they are. A part that an installation does without has no status.
 *
 * @param metadatabase its database
 * @param scheduler what begins tasks
 * @param triggerer what waits for deferred ones
 * @param dagProcessor what reads DAGs; older servers do not say
 */
public record Health(
    JsonNode metadatabase,
    JsonNode scheduler,
    JsonNode triggerer,
    @Nullable JsonNode dagProcessor) {

  /** The parts that are not well, by name; empty when all are. */
  public List<String> unwell() {
    return Stream.of(
            named("metadatabase", metadatabase),
            named("scheduler", scheduler),
            named("triggerer", triggerer),
            named("dag_processor", dagProcessor))
        .filter(name -> !name.isEmpty())
        .toList();
  }

  private static String named(String name, @Nullable JsonNode part) {
    JsonNode status = part == null ? null : part.get("status");
    return status == null || status.isNull() || status.asText().equals("healthy") ? "" : name;
  }
}
