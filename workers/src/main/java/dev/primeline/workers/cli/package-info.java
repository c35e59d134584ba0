/**
 * The command line: one class per command, and what they show on a terminal.
 *
 * <p>In: arguments and environment.
 *
 * <p>Out: an exit code, lines on standard output, one sentence on standard error when it is not 0.
 *
 * <p>Read first: {@link dev.primeline.workers.cli.Primeline}.
 */
@NullMarked
package dev.primeline.workers.cli;

import org.jspecify.annotations.NullMarked;
