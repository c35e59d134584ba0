package dev.primeline.activities.model;

import dev.primeline.workflows.experiment.Precision;

/**
 * One AdamW step's settings. Weight decay applies to matrices only.
 *
 * @param learningRate of this step
 * @param clip bound on the global gradient norm
 * @param emaDecay of the moving average of the weights; 0 for none
 * @param precision of the matrix products
 */
public record StepSettings(
    double learningRate,
    double weightDecay,
    double beta1,
    double beta2,
    double epsilon,
    double clip,
    double emaDecay,
    Precision precision) {}
