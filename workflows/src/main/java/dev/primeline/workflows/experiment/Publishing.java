package dev.primeline.workflows.experiment;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * Who is told when the run is done.
 *
 * @param airflowAsset URI of an Airflow asset that gets an event, exactly as a DAG writes it
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Publishing(String airflowAsset) {}
