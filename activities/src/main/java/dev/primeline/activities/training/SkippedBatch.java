package dev.primeline.activities.training;

/**
 * A batch that was passed over.
 *
 * @param step optimiser steps done before it
 * @param batch its index
 * @param loss that the step found
 * @param gradientNorm that the step found
 */
public record SkippedBatch(long step, long batch, double loss, double gradientNorm) {}
