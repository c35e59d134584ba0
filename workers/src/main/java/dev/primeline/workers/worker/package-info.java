/**
 * Worker processes: which queues they serve, and how the rooms are wired.
 *
 * <p>In: {@code WorkerSettings} from the environment.
 *
 * <p>Out: running workers that checkpoint before they leave.
 *
 * <p>Read first: {@link dev.primeline.workers.worker.PrimelineWorker}.
 */
@NullMarked
package dev.primeline.workers.worker;

import org.jspecify.annotations.NullMarked;
