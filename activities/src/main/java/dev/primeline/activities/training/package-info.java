/**
 * The training loop: schedule, steps, held-out scores, when to save.
 *
 * <p>In: batches, and the last committed {@code TrainingState}.
 *
 * <p>Out: a {@code TrainingState} at every checkpoint, {@code StepMetrics} on the way.
 *
 * <p>Read first: {@link dev.primeline.activities.training.Trainer}.
 */
@NullMarked
package dev.primeline.activities.training;

import org.jspecify.annotations.NullMarked;
