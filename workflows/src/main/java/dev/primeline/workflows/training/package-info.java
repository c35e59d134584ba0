/**
 * The {@code Training} workflow and the contract of its segments.
 *
 * <p>In: a {@code TrainingSpec}: all that decides the weights.
 *
 * <p>Out: a committed checkpoint.
 *
 * <p>Read first: {@link dev.primeline.workflows.training.TrainingWorkflow}.
 */
@NullMarked
package dev.primeline.workflows.training;

import org.jspecify.annotations.NullMarked;
