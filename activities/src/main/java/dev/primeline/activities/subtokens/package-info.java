/**
 * The bijection between tokens and digit strings, and the counter-based generator behind it.
 *
 * <p>In: a vocabulary's size, a family's base, ell and code order, and training tokens to measure.
 *
 * <p>Out: a {@code SubTokenizer} and the entropy of each of its digits.
 *
 * <p>Read first: {@link dev.primeline.activities.subtokens.SubTokenizer}.
 */
@NullMarked
package dev.primeline.activities.subtokens;

import org.jspecify.annotations.NullMarked;
