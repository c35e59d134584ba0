/**
 * The network, its losses and its optimiser: one TorchScript module, one native call per step.
 *
 * <p>In: a {@code NetworkSpec}, then one {@code Batch} after another.
 *
 * <p>Out: step results, costs in nats, and the state as plain host tensors.
 *
 * <p>Read first: {@link dev.primeline.activities.model.Network}, then the resource {@code
 * denoiser.ts.py}.
 */
@NullMarked
package dev.primeline.activities.model;

import org.jspecify.annotations.NullMarked;
