/**
 * Where and how patiently each step runs: queue names, timeouts, retries.
 *
 * <p>In: nothing.
 *
 * <p>Out: activity options, built once.
 *
 * <p>Read first: {@link dev.primeline.workflows.steps.StepOptions}.
 */
@NullMarked
package dev.primeline.workflows.steps;

import org.jspecify.annotations.NullMarked;
