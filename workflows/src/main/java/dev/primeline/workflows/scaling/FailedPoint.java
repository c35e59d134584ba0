package dev.primeline.workflows.scaling;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * A point that has no number.
 *
 * @param point which one
 * @param reason one sentence
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record FailedPoint(StudyPoint point, String reason) {}
