package dev.primeline.activities.heartbeat;

import dev.primeline.workflows.steps.FailureKind;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.client.ActivityCanceledException;
import io.temporal.client.ActivityCompletionException;
import io.temporal.client.ActivityWorkerShutdownException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Speaks for a working activity from a thread of its own, because a native call can block the
 * working one for longer than the timeout.
 *
 * <p>It falls silent when the activity hangs: a hung call must look hung, so that another worker
 * takes over.
 */
public final class Heartbeat implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);
  private static final Duration EVERY = Duration.ofSeconds(1);

  private final ActivityExecutionContext context;
  private final BooleanSupplier hangs;
  private final Consumer<Heartbeat> whenItHangs;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread t = new Thread(task, "heartbeat");
            t.setDaemon(true);
            return t;
          });
  private volatile @Nullable Object details;
  private volatile long lastAlive = System.nanoTime();
  private volatile @Nullable FailureKind stop;
  private volatile @Nullable ActivityCanceledException cancelled;

  /** Starts speaking at once; {@link #alive} must be called at least this often. */
  public Heartbeat(ActivityExecutionContext context, Duration patience) {
    this.context = context;
    this.hangs = () -> System.nanoTime() - lastAlive > patience.toNanos();
    this.whenItHangs = heartbeat -> {};
    start();
  }

  /**
   * Starts speaking at once.
   *
   * @param hangs whether there is nothing more to be expected of the activity
   * @param whenItHangs called then, about every second, instead of speaking
   */
  public Heartbeat(
      ActivityExecutionContext context, BooleanSupplier hangs, Consumer<Heartbeat> whenItHangs) {
    this.context = context;
    this.hangs = hangs;
    this.whenItHangs = whenItHangs;
    start();
  }

  private void start() {
    var unused =
        thread.scheduleWithFixedDelay(this::beat, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** The activity has done something: a step, a batch, a file. */
  public void alive(Object newDetails) {
    details = newDetails;
    alive();
  }

  /** The activity waits for something that ends by itself. */
  public void alive() {
    lastAlive = System.nanoTime();
  }

  /** Why the activity should stop at its next good point, if it should. */
  public Optional<FailureKind> stop() {
    return Optional.ofNullable(stop);
  }

  /** Ends the activity from outside of it: the server is told, whatever the working thread does. */
  public void giveUp(FailureKind kind, String message) {
    try {
      context
          .getWorkflowClient()
          .newActivityCompletionClient()
          .completeExceptionally(context.getTaskToken(), kind.because(message));
    } catch (RuntimeException e) {
      LOG.warn("the server cannot be told, it will notice the silence: {}", e.toString());
    }
  }

  /** For work with nothing to save: ends the activity when it should stop. */
  public void stopIfAsked() {
    stop()
        .ifPresent(
            kind -> {
              throw stopping(kind, "stopped before the end");
            });
  }

  /** The exception with which an activity ends that was asked to stop. */
  public RuntimeException stopping(FailureKind kind, String message) {
    RuntimeException asked = cancelled;
    // Servers take no other for a cancellation.
    return kind == FailureKind.CANCELLED && asked != null ? asked : kind.because(message);
  }

  private void beat() {
    if (hangs.getAsBoolean()) {
      whenItHangs.accept(this);
      return;
    }
    try {
      context.heartbeat(details);
    } catch (ActivityWorkerShutdownException e) {
      stop = FailureKind.WORKER_SHUTDOWN;
    } catch (ActivityCanceledException e) {
      cancelled = e;
      stop = FailureKind.CANCELLED;
    } catch (ActivityCompletionException e) {
      // The server knows this attempt no longer: another one works, or nobody should.
      stop = FailureKind.WORKER_LOST;
    } catch (RuntimeException e) {
      LOG.warn(
          "the server cannot be reached just now, the next beat tries again: {}", e.toString());
    }
  }

  @Override
  public void close() {
    thread.shutdown();
  }
}
