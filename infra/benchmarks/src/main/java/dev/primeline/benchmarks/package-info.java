/**
 * The engine as a worker process beside PyTorch, and JMH benchmarks of the Java parts.
 *
 * <p>In: a row of rows.json.
 *
 * <p>Out: seconds, CPU seconds, memory, losses.
 *
 * <p>Read first: {@link dev.primeline.benchmarks.EngineWorker}, then the script {@code run} that
 * starts everything.
 */
@NullMarked
package dev.primeline.benchmarks;

import org.jspecify.annotations.NullMarked;
