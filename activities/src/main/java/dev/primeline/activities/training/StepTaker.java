package dev.primeline.activities.training;

import dev.primeline.activities.batches.Batch;
import dev.primeline.activities.model.StepResult;
import dev.primeline.activities.model.StepSettings;

/** Takes one optimiser step: the network, or in a test an accident. */
interface StepTaker {

  /**
   * Changes weights and moments.
   *
   * @param index of the batch
   * @param microBatch sequences that the device holds at once
   */
  StepResult step(long index, Batch batch, int microBatch, StepSettings settings);
}
