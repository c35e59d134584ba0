/**
 * Token shards: how documents become packed ids, and how a prepared corpus is opened.
 *
 * <p>In: {@code Document}s, or sequences of a synthetic source.
 *
 * <p>Out: {@code TokenSequence}s for training and scoring, named by a manifest in the store.
 *
 * <p>Read first: {@link dev.primeline.activities.tokens.PreparedCorpus}, then {@link
 * dev.primeline.activities.tokens.CorpusPreparation} and the steps that it takes, {@link
 * dev.primeline.activities.tokens.TextPreparation}.
 */
@NullMarked
package dev.primeline.activities.tokens;

import org.jspecify.annotations.NullMarked;
