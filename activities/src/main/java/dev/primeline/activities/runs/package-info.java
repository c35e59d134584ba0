/**
 * What a store knows of its runs: their names, specifications, trainings and how far these came.
 *
 * <p>In: a run's name and specification when it begins; checkpoints and results later.
 *
 * <p>Out: a list of runs, and a specification to start one again from.
 *
 * <p>Read first: {@link dev.primeline.activities.runs.RunRecord}.
 */
@NullMarked
package dev.primeline.activities.runs;

import org.jspecify.annotations.NullMarked;
