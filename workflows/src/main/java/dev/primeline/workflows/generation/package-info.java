/**
 * The contract of generation, and its workflow: texts of a trained model in batches.
 *
 * <p>In: one JSON object with a checkpoint and prompts.
 *
 * <p>Out: a file of texts in the store.
 *
 * <p>Read first: {@link dev.primeline.workflows.generation.GenerationWorkflow}.
 */
@NullMarked
package dev.primeline.workflows.generation;

import org.jspecify.annotations.NullMarked;
