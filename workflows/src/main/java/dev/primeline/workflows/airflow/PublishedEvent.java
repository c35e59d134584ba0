package dev.primeline.workflows.airflow;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * An asset's event.
 *
 * @param id Airflow's number of it
 * @param found true when an earlier try had sent it
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record PublishedEvent(long id, boolean found) {}
