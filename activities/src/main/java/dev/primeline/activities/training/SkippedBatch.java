package dev.primeline.activities.training;

import dev.primeline.workflows.training.TrainingSpec;
import java.util.Locale;

/**
 * A batch that was passed over.
 *
 * @param step optimiser steps done before it
 * @param batch its index
 * @param loss that the step found
 * @param gradientNorm that the step found
 */
public record SkippedBatch(long step, long batch, double loss, double gradientNorm) {

  /**
   * What was wrong, and with which samples.
   *
   * @param before how many batches were passed over before
   * @param checkpoint the last committed step; -1 when there is none
   */
  String sentence(TrainingSpec spec, String expected, int before, long checkpoint) {
    long samples = batch * spec.settings().batch();
    return String.format(
        Locale.ROOT,
        "%s: loss %.4g and gradient norm %.4g at step %d, on batch %d (samples %d to %d) with %d batches passed over before, expected %s; last good checkpoint: %s",
        spec.family().name(),
        loss,
        gradientNorm,
        step + 1,
        batch,
        samples,
        samples + spec.settings().batch() - 1,
        before,
        expected,
        checkpoint < 0 ? "none" : "step " + checkpoint);
  }
}
