package dev.primeline.workflows.airflow;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * Look for an asset.
 *
 * @param uri exactly as a DAG writes it
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record AssetRequest(String uri) {}
