/**
 * Text out of a trained model: the reverse process of masked diffusion, and ARM's left to right.
 *
 * <p>In: a {@code TrainedModel} and what is known of a text.
 *
 * <p>Out: a {@code Canvas} without a mask, which decodes.
 *
 * <p>Read first: {@link dev.primeline.activities.generation.MaskedSampler}.
 */
@NullMarked
package dev.primeline.activities.generation;

import org.jspecify.annotations.NullMarked;
