package dev.primeline.workflows.experiment;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * How one training goes. All but the last six decide the weights.
 *
 * @param steps optimiser steps
 * @param batch sequences per step over all micro-batches
 * @param learningRate after warm-up
 * @param finalLearningRate at the last step of the cosine
 * @param warmupSteps of linear warm-up
 * @param weightDecay on matrices only
 * @param beta1 AdamW's
 * @param beta2 AdamW's
 * @param epsilon AdamW's
 * @param clip bound on the global gradient norm
 * @param emaDecay of the moving average of the weights that is scored in their place; 0 for none
 * @param precision of training's matrix products
 * @param microBatch sequences that the device holds at once; divides {@code batch}
 * @param checkpointEvery steps between checkpoints
 * @param keepLast checkpoints that stay, the newest ones; 0 for all. The one with the best held-out
 *     score stays too
 * @param keepEvery steps between checkpoints that stay for good; 0 for none
 * @param evaluateEvery steps between held-out scores
 * @param heldoutSequences windows of the fixed held-out subset
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record TrainingSettings(
    long steps,
    int batch,
    double learningRate,
    double finalLearningRate,
    long warmupSteps,
    double weightDecay,
    double beta1,
    double beta2,
    double epsilon,
    double clip,
    double emaDecay,
    Precision precision,
    int microBatch,
    long checkpointEvery,
    int keepLast,
    long keepEvery,
    long evaluateEvery,
    int heldoutSequences) {

  /** Mask draws per window of the fixed held-out subset. */
  public static final int HELDOUT_DRAWS = 2;

  /**
   * The next smaller micro-batch to try: at most half of one, and a divisor of the batch.
   *
   * @return 0 when there is none
   */
  public int microBatchBelow(int tried) {
    int smaller = tried / 2;
    while (smaller > 0 && batch % smaller != 0) {
      smaller--;
    }
    return smaller;
  }

  /** The same with another micro-batch, which does not change what training it is. */
  public TrainingSettings withMicroBatch(int other) {
    return new TrainingSettings(
        steps,
        batch,
        learningRate,
        finalLearningRate,
        warmupSteps,
        weightDecay,
        beta1,
        beta2,
        epsilon,
        clip,
        emaDecay,
        precision,
        other,
        checkpointEvery,
        keepLast,
        keepEvery,
        evaluateEvery,
        heldoutSequences);
  }
}
