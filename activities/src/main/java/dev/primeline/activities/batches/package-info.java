/**
 * Which sequences a step sees, in which order, and which of their digits are masked.
 *
 * <p>In: the tokens of a split, a family, and a seed.
 *
 * <p>Out: a {@code Batch} for any training step, or for any held-out windows and draw.
 *
 * <p>Read first: {@link dev.primeline.activities.batches.TrainingBatches}.
 */
@NullMarked
package dev.primeline.activities.batches;

import org.jspecify.annotations.NullMarked;
