package dev.primeline.workflows.training;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * Train one bounded stretch, from the last committed checkpoint that the store holds.
 *
 * @param training which training
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record SegmentRequest(TrainingSpec training) {}
