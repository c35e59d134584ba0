package dev.primeline.activities.training;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Saves checkpoints beside the training: the training thread copies its state to host memory and
 * goes on, one other thread writes, uploads and commits, in order.
 *
 * <p>Memory is bounded: a training that is due to save while {@code places} states are held waits
 * for the oldest. A save that fails is tried again until the next checkpoint is due; then it is the
 * training's failure.
 */
final class BackgroundSaving implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(BackgroundSaving.class);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private final CheckpointSink sink;
  private final int places;
  private final Runnable waiting;
  private final Deque<Snapshot> held = new ArrayDeque<>();
  private final Thread thread = new Thread(this::saveAll, "checkpoints");
  private @Nullable SavedCheckpoint last;
  private @Nullable IOException troubled;
  private @Nullable Throwable failure;
  private boolean due;
  private boolean closed;
  private long stalledNanos;

  private record Snapshot(TrainingState state, List<StepMetrics> metrics) {}

  /**
   * Begins with nothing to save.
   *
   * @param places states that memory has room for, the one under way included
   * @param waiting called every second while the training thread waits
   */
  BackgroundSaving(CheckpointSink sink, int places, Runnable waiting) {
    this.sink = sink;
    this.places = places;
    this.waiting = waiting;
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Takes a state to save; returns when it is copied.
   *
   * @param snapshot makes the copy, once there is room for it
   * @throws IOException when a state that was taken before cannot be saved
   */
  void save(Supplier<TrainingState> snapshot, List<StepMetrics> metrics) throws IOException {
    long begun = System.nanoTime();
    try {
      awaitAtMost(places - 1);
      Snapshot taken = new Snapshot(snapshot.get(), List.copyOf(metrics));
      synchronized (this) {
        held.add(taken);
        notifyAll();
      }
    } finally {
      stalledNanos += System.nanoTime() - begun;
    }
  }

  /**
   * Waits until all that was taken is committed.
   *
   * @return the last commit, if there was any
   * @throws IOException when one cannot be saved
   */
  Optional<SavedCheckpoint> last() throws IOException {
    awaitAtMost(0);
    synchronized (this) {
      return Optional.ofNullable(last);
    }
  }

  /** The step of the last commit; -1 before the first. */
  synchronized long committed() {
    return last == null ? -1 : last.step();
  }

  /** Says at once what no later checkpoint can mend. */
  synchronized void requireNotSuperseded() throws SupersededException {
    if (failure instanceof SupersededException superseded) {
      throw superseded;
    }
  }

  /** Seconds that the training thread has spent in {@link #save} instead of on steps. */
  double stalledSeconds() {
    return stalledNanos / 1e9;
  }

  /** Waits for the states that are held; one that fails now is given up. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      due = true;
      notifyAll();
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until at most so many states are held and none of them is in trouble. */
  private void awaitAtMost(int most) throws IOException {
    synchronized (this) {
      due = true;
      notifyAll();
      try {
        while (failure == null && (held.size() > most || troubled != null)) {
          wait(1000);
          waiting.run();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw interrupted();
      } finally {
        due = closed;
      }
    }
    throwFailure();
  }

  private static InterruptedIOException interrupted() {
    return new InterruptedIOException("interrupted while a checkpoint was being saved");
  }

  private synchronized void throwFailure() throws IOException {
    if (failure instanceof IOException e) {
      throw e;
    }
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure instanceof Error e) {
      throw e;
    }
  }

  private void saveAll() {
    Duration pause = FIRST_PAUSE;
    for (Snapshot next = next(); next != null; next = next()) {
      try {
        saved(sink.save(next.state(), next.metrics()));
        pause = FIRST_PAUSE;
      } catch (SupersededException e) {
        fail(e);
      } catch (IOException e) {
        pause = pauseOrFail(e, next.state().step(), pause);
      } catch (RuntimeException | Error e) {
        fail(e);
      }
    }
  }

  /** The oldest state that is held; nothing when there is no more to do. */
  private synchronized @Nullable Snapshot next() {
    while (failure == null && held.isEmpty() && !closed) {
      try {
        wait();
      } catch (InterruptedException e) {
        fail(interrupted());
      }
    }
    return failure == null ? held.peek() : null;
  }

  private synchronized void saved(SavedCheckpoint checkpoint) {
    last = checkpoint;
    troubled = null;
    held.remove();
    notifyAll();
  }

  private synchronized Duration pauseOrFail(IOException e, long step, Duration pause) {
    if (due) {
      fail(e);
      return pause;
    }
    LOG.warn("the checkpoint of step {} is not saved yet, trying again: {}", step, e.toString());
    troubled = e;
    long end = System.nanoTime() + pause.toNanos();
    try {
      for (long left = pause.toMillis(); left > 0 && !due; ) {
        wait(left);
        left = (end - System.nanoTime()) / 1_000_000;
      }
    } catch (InterruptedException interruption) {
      fail(interrupted());
    }
    Duration longer = pause.multipliedBy(2);
    return longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
  }

  /** Nothing is saved any more; the states give their memory back. */
  private synchronized void fail(Throwable e) {
    failure = e;
    held.clear();
    notifyAll();
  }
}
