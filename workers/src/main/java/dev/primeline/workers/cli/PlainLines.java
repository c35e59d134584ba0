package dev.primeline.workers.cli;

import dev.primeline.workflows.training.TrainingProgress;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Progress for logs and pipes: of each family a line every ten seconds, and with a new held-out
 * score at most one a second.
 */
final class PlainLines implements ProgressDisplay {

  private static final long USUAL_PAUSE = TimeUnit.SECONDS.toNanos(10);
  private static final long PAUSE_BEFORE_A_SCORE = TimeUnit.SECONDS.toNanos(1);

  private final PrintStream out;
  private final LongSupplier nanoTime;
  private final Map<String, Printed> printed = new HashMap<>();
  private final Map<String, TrainingProgress> waiting = new HashMap<>();

  private boolean closed;

  private record Printed(TrainingProgress progress, long at) {}

  PlainLines(PrintStream out, LongSupplier nanoTime) {
    this.out = out;
    this.nanoTime = nanoTime;
  }

  @Override
  public synchronized void show(TrainingProgress progress) {
    if (closed) {
      return;
    }
    Printed last = printed.get(progress.family());
    long now = nanoTime.getAsLong();
    if (last == null || due(last, progress, now)) {
      print(progress, now);
    } else if (!progress.equals(last.progress())) {
      waiting.put(progress.family(), progress);
    }
  }

  private static boolean due(Printed last, TrainingProgress progress, long now) {
    if (progress.step() == last.progress().step()) {
      return false;
    }
    boolean scored = !Objects.equals(progress.heldoutNats(), last.progress().heldoutNats());
    return ProgressText.finished(progress)
        || now - last.at() >= (scored ? PAUSE_BEFORE_A_SCORE : USUAL_PAUSE);
  }

  private void print(TrainingProgress progress, long now) {
    out.println(
        "%-10s step %s  %s  %s"
            .formatted(
                progress.family(),
                ProgressText.steps(progress),
                ProgressText.measures(progress),
                ProgressText.machine(progress))
            .stripTrailing());
    out.flush();
    printed.put(progress.family(), new Printed(progress, now));
    waiting.remove(progress.family());
  }

  @Override
  public synchronized void note(String line) {
    if (closed) {
      return;
    }
    out.println(line);
    out.flush();
  }

  @Override
  public synchronized void close() {
    closed = true;
    waiting.values().stream().toList().forEach(progress -> print(progress, nanoTime.getAsLong()));
  }
}
