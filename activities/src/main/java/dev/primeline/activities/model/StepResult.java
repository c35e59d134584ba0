package dev.primeline.activities.model;

/**
 * What a step found.
 *
 * @param loss weighted nats per token: sum over sequences of weight * cost, divided by B * L
 * @param gradientNorm global norm before clipping
 * @param underflows digits whose true mass underflowed and was taken in the log domain
 */
public record StepResult(double loss, double gradientNorm, long underflows) {}
