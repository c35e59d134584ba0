package dev.primeline.workflows.experiment;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * An Airflow DAG that makes the text when the run begins. Which Airflow that is, and who asks it,
 * workers know.
 *
 * @param dag its id
 * @param conf what it is called with, a JSON object; not secret: it stays in histories and in
 *     Airflow; null for nothing, and then no key of the JSON
 * @param xcom where the address of what it made is: {@code task/key}, with {@code return_value} for
 *     what a task returns
 * @param run the run whose DAG run is meant; null for the run itself, and then no key of the JSON
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record AirflowSource(
    String dag,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable JsonNode conf,
    String xcom,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String run) {

  public AirflowSource {
    conf = conf == null || conf.isNull() ? null : conf;
  }
}
