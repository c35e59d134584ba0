package dev.primeline.activities.training;

import dev.primeline.activities.model.ModelState;
import java.util.Map;
import java.util.TreeMap;

/**
 * All that a training needs to go on as if nothing had happened. Data order and masks are functions
 * of (seed, step), so no generator is in it.
 *
 * @param step optimiser steps done
 * @param model weights and moments
 * @param fingerprint what the arithmetic depended on: device, CPU model, libtorch, hash of the
 *     engine text, kernels, threads, dtype, micro-batch
 * @param past what it remembers of its way
 */
public record TrainingState(
    long step, ModelState model, Map<String, String> fingerprint, TrainingPast past) {

  public TrainingState {
    fingerprint = java.util.Collections.unmodifiableMap(new TreeMap<>(fingerprint));
  }
}
