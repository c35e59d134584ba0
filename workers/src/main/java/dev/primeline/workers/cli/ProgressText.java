package dev.primeline.workers.cli;

import dev.primeline.workflows.training.TrainingProgress;
import java.util.Locale;

/** The parts of a progress line, each of a bounded width. */
final class ProgressText {

  private ProgressText() {}

  /** {@code 400/1200}. */
  static String steps(TrainingProgress progress) {
    String all = Long.toString(progress.steps());
    return String.format(Locale.ROOT, "%" + all.length() + "d/%s", progress.step(), all);
  }

  /** {@code loss 2.1130 held-out 2.0961 12.3k tok/s ETA 1m05s}; a dash for what is unknown. */
  static String measures(TrainingProgress progress) {
    Double heldout = progress.heldoutNats();
    return String.format(
        Locale.ROOT,
        "loss %-7s held-out %-7s %7s tok/s  ETA %-6s",
        progress.step() == 0 ? "-" : nats(progress.loss()),
        heldout == null ? "-" : nats(heldout),
        progress.tokensPerSecond() > 0 ? quantity(progress.tokensPerSecond()) : "-",
        finished(progress)
            ? "done"
            : progress.tokensPerSecond() > 0 ? duration(progress.secondsLeft()) : "-");
  }

  /** {@code MFU 42 % 1.24 GB}: how well the device is used, and the process' peak memory. */
  static String machine(TrainingProgress progress) {
    String utilisation =
        progress.modelFlopsUtilisation() > 0
            ? String.format(Locale.ROOT, "MFU %2.0f %%", 100 * progress.modelFlopsUtilisation())
            : "";
    String memory =
        progress.peakMemoryBytes() > 0
            ? String.format(Locale.ROOT, "  %.2f GB", progress.peakMemoryBytes() / 1e9)
            : "";
    return utilisation + memory;
  }

  static boolean finished(TrainingProgress progress) {
    return progress.step() >= progress.steps();
  }

  private static String nats(double nats) {
    return String.format(Locale.ROOT, nats < 10 ? "%.4f" : "%.3f", nats);
  }

  /** {@code 815}, {@code 12.3k}, {@code 1.24M}. */
  static String quantity(double count) {
    if (count < 1000) {
      return String.format(Locale.ROOT, "%.0f", count);
    }
    if (count < 999_950) {
      return String.format(Locale.ROOT, "%.1fk", count / 1e3);
    }
    return String.format(Locale.ROOT, "%.2fM", count / 1e6);
  }

  /** {@code 12s}, {@code 3m05s}, {@code 2h07m}, {@code 3d04h}. */
  static String duration(double seconds) {
    long whole = Math.max(0, Math.round(seconds));
    if (whole < 60) {
      return whole + "s";
    }
    if (whole < 3600) {
      return String.format(Locale.ROOT, "%dm%02ds", whole / 60, whole % 60);
    }
    if (whole < 86_400) {
      return String.format(Locale.ROOT, "%dh%02dm", whole / 3600, whole / 60 % 60);
    }
    return String.format(Locale.ROOT, "%dd%02dh", whole / 86_400, whole / 3600 % 24);
  }
}
