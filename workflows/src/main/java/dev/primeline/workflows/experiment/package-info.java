/**
 * What to learn: the experiment's specification and its presets.
 *
 * <p>In: a few lines of JSON, as typed into the Temporal UI.
 *
 * <p>Out: an {@code ExperimentSpec} whose every value is valid.
 *
 * <p>Read first: {@link dev.primeline.workflows.experiment.ExperimentSpec}.
 */
@NullMarked
package dev.primeline.workflows.experiment;

import org.jspecify.annotations.NullMarked;
