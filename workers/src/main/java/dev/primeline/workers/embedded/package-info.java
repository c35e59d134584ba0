/**
 * Servers inside this process, for a run that needs nothing else.
 *
 * <p>In: nothing.
 *
 * <p>Out: a Temporal client whose server has no open port and forgets everything at exit.
 *
 * <p>Read first: {@link dev.primeline.workers.embedded.EmbeddedTemporal}.
 */
@NullMarked
package dev.primeline.workers.embedded;

import org.jspecify.annotations.NullMarked;
