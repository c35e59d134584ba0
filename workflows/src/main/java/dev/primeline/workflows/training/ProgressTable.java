package dev.primeline.workflows.training;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Where trainings stand, as the Markdown table that the Temporal UI shows. */
public final class ProgressTable {

  private ProgressTable() {}

  /** One row per training. */
  public static String markdown(List<TrainingProgress> trainings) {
    StringBuilder table =
        new StringBuilder(
            """
            | family | step | loss | held-out NELBO | tokens/s | ETA | last checkpoint |
            |---|---:|---:|---:|---:|---:|---:|
            """);
    for (TrainingProgress t : trainings) {
      table.append(
          String.format(
              Locale.ROOT,
              "| %s | %d / %d | %.4f | %s | %.0f | %s | %s |\n",
              t.family(),
              t.step(),
              t.steps(),
              t.loss(),
              t.heldoutNats() == null ? "-" : String.format(Locale.ROOT, "%.4f", t.heldoutNats()),
              t.tokensPerSecond(),
              duration(t.secondsLeft()),
              t.checkpointStep() < 0 ? "-" : Long.toString(t.checkpointStep())));
    }
    return table.toString();
  }

  /** Hours, minutes, seconds; the two largest that matter. */
  public static String duration(double seconds) {
    Duration d = Duration.ofSeconds(Math.round(seconds));
    if (d.toHours() > 0) {
      return "%dh %02dm".formatted(d.toHours(), d.toMinutesPart());
    }
    return d.toMinutes() > 0
        ? "%dm %02ds".formatted(d.toMinutes(), d.toSecondsPart())
        : d.toSeconds() + "s";
  }
}
