/**
 * Where artifacts live: a local directory or S3, one promise for both.
 *
 * <p>In: keys, files, and references to what was stored before.
 *
 * <p>Out: references with length and SHA-256, and files verified against them.
 *
 * <p>Read first: {@link dev.primeline.activities.artifacts.ArtifactStore}.
 */
@NullMarked
package dev.primeline.activities.artifacts;

import org.jspecify.annotations.NullMarked;
