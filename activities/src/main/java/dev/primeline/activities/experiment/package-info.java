/**
 * Resolves what a user typed into the full specification.
 *
 * <p>In: a JSON tree.
 *
 * <p>Out: an {@code ExperimentSpec} in history.
 *
 * <p>Read first: {@link dev.primeline.workflows.experiment.SpecReader}.
 */
@NullMarked
package dev.primeline.activities.experiment;

import org.jspecify.annotations.NullMarked;
