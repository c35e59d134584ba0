/**
 * Trained models on held-out texts, as in the papers' tables of zero-shot perplexity.
 *
 * <p>In: names of checkpoints, and of files with text.
 *
 * <p>Out: a {@code TextScore} per model and text, as JSON and CSV in the store.
 *
 * <p>Read first: {@link dev.primeline.activities.perplexity.TextScoring}.
 */
@NullMarked
package dev.primeline.activities.perplexity;

import org.jspecify.annotations.NullMarked;
