/**
 * The {@code ScalingStudy} workflow: families, compute budgets, sizes and seeds, a training each
 * (METHOD section 7).
 *
 * <p>In: one JSON object laid over a preset.
 *
 * <p>Out: a {@code StudyResult}.
 *
 * <p>Read first: {@link dev.primeline.workflows.scaling.ScalingStudyWorkflow}.
 */
@NullMarked
package dev.primeline.workflows.scaling;

import org.jspecify.annotations.NullMarked;
