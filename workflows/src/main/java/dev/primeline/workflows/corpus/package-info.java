/**
 * The contract of corpus preparation.
 *
 * <p>In: a {@code CorpusSpec}.
 *
 * <p>Out: references to token shards and the corpus' own measures.
 *
 * <p>Read first: {@link dev.primeline.workflows.corpus.CorpusActivities}.
 */
@NullMarked
package dev.primeline.workflows.corpus;

import org.jspecify.annotations.NullMarked;
