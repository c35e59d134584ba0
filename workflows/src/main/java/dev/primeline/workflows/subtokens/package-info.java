/**
 * The contract of sub-tokenizer construction.
 *
 * <p>In: a family and a prepared corpus.
 *
 * <p>Out: a reference to the sub-tokenizer and its digit entropies.
 *
 * <p>Read first: {@link dev.primeline.workflows.subtokens.SubTokenActivities}.
 */
@NullMarked
package dev.primeline.workflows.subtokens;

import org.jspecify.annotations.NullMarked;
