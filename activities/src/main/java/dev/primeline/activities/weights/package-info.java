/**
 * Files of weights: safetensors, and what PyTorch saved, read as data.
 *
 * <p>In: tensors of a model, or a file that some other program wrote.
 *
 * <p>Out: a safetensors file, or float32 tensors.
 *
 * <p>Read first: {@link dev.primeline.activities.weights.WeightsFile}.
 */
@NullMarked
package dev.primeline.activities.weights;

import org.jspecify.annotations.NullMarked;
