package dev.primeline.workflows.training;

/**
 * Train one bounded stretch, from the last committed checkpoint that the store holds.
 *
 * @param training which training
 */
public record SegmentRequest(TrainingSpec training) {}
