package dev.primeline.activities.airflow;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * A run of a DAG as Airflow describes it.
 *
 * @param dagRunId its id
 * @param state queued, running, success or failed
 */
record DagRun(String dagRunId, String state) {

  boolean succeeded() {
    return state.equals("success");
  }

  boolean failed() {
    return state.equals("failed");
  }

  boolean over() {
    return succeeded() || failed();
  }

  /**
   * What begins one.
   *
   * @param dagRunId its id
   * @param logicalDate always null, and always there: the run stands for no interval of time
   * @param conf what the DAG is called with; null for nothing
   * @param note what people read in Airflow
   */
  record Trigger(
      String dagRunId,
      @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable String logicalDate,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable JsonNode conf,
      String note) {}

  /**
   * What changes one.
   *
   * @param state to be in
   */
  record Patch(String state) {

    static final Patch FAILED = new Patch("failed");
  }
}
