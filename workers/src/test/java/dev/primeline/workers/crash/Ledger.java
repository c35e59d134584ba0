package dev.primeline.workers.crash;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What the suite has found, in {@code target/crash}: results.json for programs, CRASH.md for
 * people. Written anew with everything that is added, so that a failure loses nothing.
 */
final class Ledger {

  private static final Path FOLDER = Path.of("target", "crash");
  private static final List<Kill> KILLS = new ArrayList<>();
  private static final Map<String, String> ENDS = new LinkedHashMap<>();

  private Ledger() {}

  /** The kills of one run, which has ended and was compared. */
  static synchronized void add(List<Kill> kills) throws IOException {
    KILLS.addAll(kills);
    write();
  }

  /** Something else that was met and ended as designed, or was measured. */
  static synchronized void add(String what, String how) throws IOException {
    ENDS.put(what, how);
    write();
  }

  /** One line: what all kills so far came to. */
  static synchronized String summary() {
    List<Double> seconds = seconds(KILLS);
    return String.format(
        Locale.ROOT,
        "%d kills, %d survived with equal bytes, log and scores; seconds to continue: median %.1f, most %.1f; most steps lost: %d (seed %d)",
        KILLS.size(),
        KILLS.stream().filter(Kill::equal).count(),
        median(seconds),
        most(seconds),
        KILLS.stream().mapToLong(Kill::stepsLost).max().orElse(0),
        Size.SEED);
  }

  private static List<Double> seconds(List<Kill> kills) {
    return kills.stream().map(Kill::secondsToContinue).filter(Objects::nonNull).sorted().toList();
  }

  private static double median(List<Double> sorted) {
    return sorted.isEmpty() ? 0 : sorted.get(sorted.size() / 2);
  }

  private static double most(List<Double> sorted) {
    return sorted.isEmpty() ? 0 : sorted.get(sorted.size() - 1);
  }

  private static void write() throws IOException {
    Files.createDirectories(FOLDER);
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("seed", Size.SEED);
    all.put("form", Size.isLong() ? "long" : "short");
    all.put("summary", summary());
    all.put("kills", KILLS);
    all.put("ends", ENDS);
    new ObjectMapper()
        .writerWithDefaultPrettyPrinter()
        .writeValue(FOLDER.resolve("results.json").toFile(), all);
    Files.writeString(FOLDER.resolve("CRASH.md"), page());
  }

  private static String page() {
    StringBuilder page = new StringBuilder();
    page.append("# Killed, and continued\n\n")
        .append("Written by `mvn verify -Pcrash -Dprimeline.crash=")
        .append(Size.isLong() ? "long" : "short")
        .append(" -Dprimeline.crash.seed=")
        .append(Size.SEED)
        .append("`.\n\n")
        .append(
            """
            Whole processes, ended by signal 9. Equal: weights, moments, averages and state are the
            undisturbed run's byte for byte, every step is in the log exactly once with the same
            numbers, and the scores are the same. Seconds to continue are those until the next new
            step was done: of `run` from the start of the same command, of a cluster's `worker` from
            the kill on, with the time that the server waits for a sign of life
            """)
        .append(
            "(%d s here, a minute unless tested).%n%n"
                .formatted(Size.asked().silence().toSeconds()))
        .append(
            "| form | kills | equal | seconds to continue, median | most | steps lost, median | most |\n")
        .append("|---|---:|---:|---:|---:|---:|---:|\n");
    KILLS.stream().map(Kill::form).distinct().forEach(form -> page.append(row(form)));
    page.append("\n| what else | ended |\n|---|---|\n");
    ENDS.forEach((what, how) -> page.append("| %s | %s |%n".formatted(what, how)));
    page.append(
            "\n| form | moment | committed | reached | steps lost | seconds to continue | equal |\n")
        .append("|---|---|---:|---:|---:|---:|---|\n");
    for (Kill kill : KILLS) {
      Double seconds = kill.secondsToContinue();
      page.append(
          String.format(
              Locale.ROOT,
              "| %s | %s | %d | %d | %d | %s | %s |%n",
              kill.form(),
              kill.moment(),
              kill.committed(),
              kill.reached(),
              kill.stepsLost(),
              seconds == null ? "no step was left" : String.format(Locale.ROOT, "%.1f", seconds),
              kill.equal() ? "yes" : "NO"));
    }
    return page.toString();
  }

  private static String row(String form) {
    List<Kill> kills = KILLS.stream().filter(kill -> kill.form().equals(form)).toList();
    List<Double> seconds = seconds(kills);
    Stream<Double> lost = kills.stream().map(kill -> (double) kill.stepsLost());
    List<Double> steps = lost.sorted().toList();
    return String.format(
        Locale.ROOT,
        "| %s | %d | %d | %.1f | %.1f | %.0f | %.0f |%n",
        form,
        kills.size(),
        kills.stream().filter(Kill::equal).count(),
        median(seconds),
        most(seconds),
        median(steps),
        most(steps));
  }
}
