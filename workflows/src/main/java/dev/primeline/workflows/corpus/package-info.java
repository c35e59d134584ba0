/**
 * The CorpusPreparation workflow, and the contract of its steps.
 *
 * <p>In: a {@code CorpusSpec}.
 *
 * <p>Out: references to token shards and the corpus' own measures.
 *
 * <p>Read first: {@link dev.primeline.workflows.corpus.CorpusWorkflowImpl}.
 */
@NullMarked
package dev.primeline.workflows.corpus;

import org.jspecify.annotations.NullMarked;
