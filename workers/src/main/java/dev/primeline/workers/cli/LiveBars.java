package dev.primeline.workers.cli;

import dev.primeline.workflows.training.TrainingProgress;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Progress for a terminal: a bar per family, redrawn in place; notes scroll away above them. */
final class LiveBars implements ProgressDisplay {

  private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(100);
  private static final int WIDEST_BAR = 30;
  private static final String ESCAPE = "\u001b[";
  private static final String REST_OF_LINE = ESCAPE + "K";
  private static final String REST_OF_SCREEN = ESCAPE + "J";
  // A line longer than the terminal is cut off instead of wrapped: going up counts lines.
  private static final String WRAP_OFF = ESCAPE + "?7l";
  private static final String WRAP_ON = ESCAPE + "?7h";
  private static final String GREEN = ESCAPE + "32m";
  private static final String PLAIN = ESCAPE + "0m";

  private final PrintStream out;
  private final int columns;
  private final boolean colours;
  private final LongSupplier nanoTime;
  private final Map<String, TrainingProgress> bars = new LinkedHashMap<>();
  private int drawnLines;
  private long drawnAt;
  private boolean stale;
  private boolean closed;

  LiveBars(PrintStream out, int columns, boolean colours, LongSupplier nanoTime) {
    this.out = out;
    this.columns = columns;
    this.colours = colours;
    this.nanoTime = nanoTime;
  }

  @Override
  public synchronized void show(TrainingProgress progress) {
    if (closed) {
      return;
    }
    TrainingProgress before = bars.put(progress.family(), progress);
    stale |= !progress.equals(before);
    boolean urgent = before == null || ProgressText.finished(progress);
    if (stale && (urgent || nanoTime.getAsLong() - drawnAt >= PAUSE)) {
      draw("");
    }
  }

  @Override
  public synchronized void note(String line) {
    if (closed) {
      return;
    }
    draw(line + REST_OF_LINE + "\n");
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (stale) {
      draw("");
    }
    drawnLines = 0;
    bars.clear();
  }

  private void draw(String above) {
    StringBuilder screen = new StringBuilder();
    if (drawnLines > 0) {
      screen.append(ESCAPE).append(drawnLines).append("A\r");
    }
    screen.append(above).append(WRAP_OFF);
    int names = bars.keySet().stream().mapToInt(String::length).max().orElse(0);
    for (TrainingProgress progress : bars.values()) {
      screen.append(line(progress, names)).append(REST_OF_LINE).append('\n');
    }
    screen.append(REST_OF_SCREEN).append(WRAP_ON);
    // One write, so that no half-drawn screen is ever seen.
    out.print(screen);
    out.flush();
    drawnLines = bars.size();
    drawnAt = nanoTime.getAsLong();
    stale = false;
  }

  private String line(TrainingProgress progress, int names) {
    String name = progress.family() + " ".repeat(names - progress.family().length());
    String rest = ProgressText.steps(progress) + "  " + ProgressText.measures(progress);
    int room = Math.min(WIDEST_BAR, columns - names - rest.length() - 4);
    return name + " " + (room < 5 ? "" : "[" + bar(progress, room) + "] ") + rest.stripTrailing();
  }

  private String bar(TrainingProgress progress, int room) {
    double share = progress.steps() == 0 ? 1 : (double) progress.step() / progress.steps();
    int full = (int) Math.floor(room * Math.min(1, share));
    String done = "=".repeat(full);
    String tip = full < room ? ">" : "";
    String open = " ".repeat(room - full - tip.length());
    return colours ? GREEN + done + tip + PLAIN + open : done + tip + open;
  }
}
