package dev.primeline.workflows.corpus;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.Locale;

/**
 * How far a preparation is.
 *
 * @param stage what it does now
 * @param bytesDone of the stage
 * @param bytes of the stage in all; 0 while that is not known
 * @param tokens that came out so far
 * @param megabytesPerSecond of the stage so far; 0 while that is not known
 * @param secondsLeft of the stage; 0 while that is not known
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record CorpusProgress(
    String stage,
    long bytesDone,
    long bytes,
    long tokens,
    double megabytesPerSecond,
    double secondsLeft) {

  /** As a row of Markdown under its heading. */
  String markdown() {
    return String.format(
        Locale.ROOT,
        "| stage | MB | of | tokens | MB/s | ETA |%n|---|---|---|---|---|---|%n| %s | %,.0f | %,.0f"
            + " | %,d | %.1f | %s |",
        stage,
        bytesDone / 1e6,
        bytes / 1e6,
        tokens,
        megabytesPerSecond,
        secondsLeft > 0 ? String.format(Locale.ROOT, "%,.0f s", secondsLeft) : "-");
  }
}
