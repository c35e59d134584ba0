/**
 * Several trained models side by side: what they were asked to learn, and how they score.
 *
 * <p>In: names of runs in a store.
 *
 * <p>Out: a {@code Comparison}, and its files.
 *
 * <p>Read first: {@link dev.primeline.activities.comparison.Comparison}.
 */
@NullMarked
package dev.primeline.activities.comparison;

import org.jspecify.annotations.NullMarked;
