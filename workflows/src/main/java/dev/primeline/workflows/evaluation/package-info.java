/**
 * The contract of evaluation.
 *
 * <p>In: a committed checkpoint and held-out text.
 *
 * <p>Out: {@code FamilyScores} with the self-check's verdict.
 *
 * <p>Read first: {@link dev.primeline.workflows.evaluation.EvaluationActivities}.
 */
@NullMarked
package dev.primeline.workflows.evaluation;

import org.jspecify.annotations.NullMarked;
