package dev.primeline.activities.training;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

/**
 * Tells a slow native call from one that will never return: it has taken longer than ten of the
 * last calls' median, and longer than any call is allowed anyway. Nothing but a native call hangs
 * so: whatever waits for a store or a server has timeouts of its own.
 */
final class StepWatch {

  private static final int REMEMBERED = 64;
  private static final int TIMES_THE_MEDIAN = 10;

  private final Duration least;
  private final LongSupplier nanoTime;
  private final Deque<Long> durations = new ArrayDeque<>();
  private boolean inside;
  private long begun;

  /**
   * @param least what any call is allowed: the first one of a process is slow
   */
  StepWatch(Duration least, LongSupplier nanoTime) {
    this.least = least;
    this.nanoTime = nanoTime;
  }

  /** A native call begins, and whichever was under way has ended. */
  synchronized void begins() {
    ended();
    inside = true;
    begun = nanoTime.getAsLong();
  }

  /** No native call is under way. */
  synchronized void ended() {
    if (inside) {
      durations.addLast(nanoTime.getAsLong() - begun);
      if (durations.size() > REMEMBERED) {
        durations.removeFirst();
      }
    }
    inside = false;
  }

  /** Whether the call that is under way hangs. */
  synchronized boolean hangs() {
    return inside && nanoTime.getAsLong() - begun > patience().toNanos();
  }

  /** How long a call may take. */
  synchronized Duration patience() {
    long median = durations.stream().sorted().skip(durations.size() / 2).findFirst().orElse(0L);
    Duration many = Duration.ofNanos(TIMES_THE_MEDIAN * median);
    return many.compareTo(least) > 0 ? many : least;
  }
}
