package dev.primeline.workflows.airflow;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.primeline.workflows.experiment.AirflowSource;

/**
 * Have a DAG make a text.
 *
 * @param runId the run that wants it; equal orders of one run are one DAG run
 * @param source which DAG, and where it says what it made
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record DagOrder(String runId, AirflowSource source) {}
