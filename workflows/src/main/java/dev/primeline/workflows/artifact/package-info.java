/**
 * How workflows name what they made: references, never contents.
 *
 * <p>In: nothing.
 *
 * <p>Out: {@code ArtifactRef}, {@code Hashes}.
 *
 * <p>Read first: {@link dev.primeline.workflows.artifact.ArtifactRef}.
 */
@NullMarked
package dev.primeline.workflows.artifact;

import org.jspecify.annotations.NullMarked;
