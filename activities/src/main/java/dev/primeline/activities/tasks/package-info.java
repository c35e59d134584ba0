/**
 * Zero-shot tasks: which of several continuations does a model find likeliest.
 *
 * <p>In: a {@code TrainedModel} and a task's file in its official format.
 *
 * <p>Out: {@code TaskScores}, and a line per question.
 *
 * <p>Read first: {@link dev.primeline.activities.tasks.Task}, then {@link
 * dev.primeline.activities.tasks.MultipleChoice}.
 */
@NullMarked
package dev.primeline.activities.tasks;

import org.jspecify.annotations.NullMarked;
