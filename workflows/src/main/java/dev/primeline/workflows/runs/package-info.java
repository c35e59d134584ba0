/**
 * The contract of a run's own record.
 *
 * <p>In: a run's name, its specification and its trainings.
 *
 * <p>Out: files under {@code runs/<runId>/}, from which the run can be listed and started again.
 *
 * <p>Read first: {@link dev.primeline.workflows.runs.RunActivities}.
 */
@NullMarked
package dev.primeline.workflows.runs;

import org.jspecify.annotations.NullMarked;
