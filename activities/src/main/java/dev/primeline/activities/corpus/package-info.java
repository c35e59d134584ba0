/**
 * Text as documents, and synthetic sources whose every sequence has a known probability.
 *
 * <p>In: files of this machine, of S3 or of the web; or a {@code SyntheticSource} and a seed.
 *
 * <p>Out: a stream of {@code Document}, routed to training or held-out; exact log p*(x).
 *
 * <p>Read first: {@link dev.primeline.activities.corpus.TextCorpus}.
 */
@NullMarked
package dev.primeline.activities.corpus;

import org.jspecify.annotations.NullMarked;
