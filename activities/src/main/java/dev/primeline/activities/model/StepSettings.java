package dev.primeline.activities.model;

/**
 * One AdamW step's settings. Weight decay applies to matrices only.
 *
 * @param learningRate of this step
 * @param clip bound on the global gradient norm
 */
public record StepSettings(
    double learningRate,
    double weightDecay,
    double beta1,
    double beta2,
    double epsilon,
    double clip) {}
