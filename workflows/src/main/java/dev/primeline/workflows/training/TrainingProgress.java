package dev.primeline.workflows.training;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import org.jspecify.annotations.Nullable;

/**
 * Where a training stands: the heartbeat's detail and the progress display's line.
 *
 * @param family which family
 * @param step optimiser steps done
 * @param steps to do in all
 * @param loss training loss of the last step, nats per token
 * @param heldoutNats last held-out NELBO, nats per token; null before the first
 * @param tokensPerSecond over the last steps
 * @param modelFlopsUtilisation FLOPs of the model per second over the machine's measured peak of
 *     matrix products, see {@code Flops}; 0 where unknown
 * @param peakMemoryBytes most that this process has had in memory; 0 where unknown
 * @param secondsLeft estimate at that speed
 * @param checkpointStep last committed checkpoint; -1 before the first
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record TrainingProgress(
    String family,
    long step,
    long steps,
    double loss,
    @Nullable Double heldoutNats,
    double tokensPerSecond,
    double modelFlopsUtilisation,
    long peakMemoryBytes,
    double secondsLeft,
    long checkpointStep) {

  /** Whether something was committed since then. */
  public boolean committedAfter(@Nullable TrainingProgress before) {
    return checkpointStep > (before == null ? -1 : before.checkpointStep);
  }

  /** The same with a later commit. */
  public TrainingProgress committedAt(long newer) {
    return new TrainingProgress(
        family,
        step,
        steps,
        loss,
        heldoutNats,
        tokensPerSecond,
        modelFlopsUtilisation,
        peakMemoryBytes,
        secondsLeft,
        newer);
  }
}
