/**
 * Scores that others can check: bounds with both errors, and the alarms that guard them.
 *
 * <p>In: a checkpoint's denoiser and the held-out windows with their mask table.
 *
 * <p>Out: {@code FamilyScores}, a {@code SelfCheck} and one stored evaluation.
 *
 * <p>Read first: {@link dev.primeline.activities.evaluation.ExactCountNelbo}.
 */
@NullMarked
package dev.primeline.activities.evaluation;

import org.jspecify.annotations.NullMarked;
