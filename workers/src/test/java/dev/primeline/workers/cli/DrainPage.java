package dev.primeline.workers.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.TreeMap;

/** What the drain of a queue came to, for people: {@code target/it/OPERATIONS.md}. */
final class DrainPage {

  private static final Path FOLDER = Path.of("target", "it");

  private final int runs;
  private final NavigableMap<Integer, Sample> samples = new TreeMap<>();

  DrainPage(int runs) {
    this.runs = runs;
  }

  /**
   * So many runs have ended; the first sample of a number stays.
   *
   * @param since the time since all of them were queued
   * @param resident the resident memory of the process that runs the workflows, in units of 1024
   *     bytes
   */
  void add(int ended, Duration since, long resident) {
    samples.putIfAbsent(ended, new Sample(since, resident));
  }

  /** Resident memory when this many had ended, or the first time that more had. */
  long kilobytes(int ended) {
    return sample(ended).kilobytes();
  }

  private Sample sample(int ended) {
    return samples.ceilingEntry(ended).getValue();
  }

  void write() throws IOException {
    StringBuilder page = new StringBuilder();
    page.append("# A queue of small runs, drained\n\n")
        .append(
            """
            Written by `mvn test -Pit -pl workers -am -Dtest=DrainIT -Dprimeline.drain=%d -Dsurefire.failIfNoSpecifiedTests=false`
            on %s, on %d processors (%s), with a real Temporal server and a real S3 server.

            %d runs of one family and 20 steps were queued at once, for one process with the role
            orchestrator, started as the launcher does, and one with the roles cpu and gpu. All ended,
            none failed, and each left its training in the store. Steps wait in the order in which they
            came, so that the first runs end late. Resident memory is the orchestrator's.

            | runs ended | seconds since they were queued | resident memory, MiB | of that after run %d |
            |---:|---:|---:|---:|
            """
                .formatted(
                    runs,
                    LocalDate.now(ZoneOffset.UTC),
                    Runtime.getRuntime().availableProcessors(),
                    processor(),
                    runs,
                    runs / 4));
    for (int ended = runs / 20; ended <= runs; ended += runs / 20) {
      page.append(
          String.format(
              Locale.ROOT,
              "| %d | %d | %.1f | %.3f |%n",
              ended,
              sample(ended).since().toSeconds(),
              kilobytes(ended) / 1024.0,
              (double) kilobytes(ended) / kilobytes(runs / 4)));
    }
    Files.createDirectories(FOLDER);
    Files.writeString(FOLDER.resolve("OPERATIONS.md"), page);
  }

  private static String processor() throws IOException {
    return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.replaceFirst(".*:\\s*", ""))
        .findFirst()
        .orElse("unknown");
  }

  private record Sample(Duration since, long kilobytes) {}
}
