/**
 * Committed checkpoints: their files, their manifest, and how a damaged one is passed over.
 *
 * <p>In: a {@code TrainingState} and the metrics since the one before.
 *
 * <p>Out: a manifest, written last, that names every file with its size and SHA-256.
 *
 * <p>Read first: {@link dev.primeline.activities.checkpoints.Checkpoints}.
 */
@NullMarked
package dev.primeline.activities.checkpoints;

import org.jspecify.annotations.NullMarked;
