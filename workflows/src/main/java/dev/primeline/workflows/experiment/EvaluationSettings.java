package dev.primeline.workflows.experiment;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * How the final score is taken.
 *
 * @param draws stratified mask draws K per window (METHOD section 3)
 * @param maxTokens score at most this many held-out tokens, whole windows from the beginning; 0 =
 *     all
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record EvaluationSettings(int draws, long maxTokens) {}
