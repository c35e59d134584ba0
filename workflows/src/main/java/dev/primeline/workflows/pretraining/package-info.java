/**
 * The {@code Pretraining} workflow: one experiment from text to report.
 *
 * <p>In: one JSON object.
 *
 * <p>Out: a {@code PretrainingResult}.
 *
 * <p>Read first: {@link dev.primeline.workflows.pretraining.PretrainingWorkflow}.
 */
@NullMarked
package dev.primeline.workflows.pretraining;

import org.jspecify.annotations.NullMarked;
