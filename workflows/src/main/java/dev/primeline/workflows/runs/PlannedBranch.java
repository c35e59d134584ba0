package dev.primeline.workflows.runs;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.JsonNode;

/**
 * A run to start.
 *
 * @param runId its workflow id, which follows from parent and change
 * @param typed its specification as a user would type it
 * @param summary one line about it
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record PlannedBranch(String runId, JsonNode typed, String summary) {}
