package dev.primeline.activities.training;

import org.jspecify.annotations.Nullable;

/**
 * One line of the training log.
 *
 * @param step optimiser steps done
 * @param tokens tokens seen
 * @param loss of this step, weighted nats per token
 * @param gradientNorm before clipping
 * @param learningRate of this step
 * @param heldoutNats held-out NELBO, nats per token; null on steps without one
 * @param heldoutError its mask error; null on steps without one
 * @param tokensPerSecond over the last steps
 * @param modelFlopsUtilisation FLOPs of the model per second over the machine's measured peak; 0
 *     where unknown
 * @param peakMemoryBytes most that the process has had in memory; 0 where unknown
 * @param skippedBatches passed over so far; see {@code LossGuard}
 */
public record StepMetrics(
    long step,
    long tokens,
    double loss,
    double gradientNorm,
    double learningRate,
    @Nullable Double heldoutNats,
    @Nullable Double heldoutError,
    double tokensPerSecond,
    double modelFlopsUtilisation,
    long peakMemoryBytes,
    int skippedBatches) {}
