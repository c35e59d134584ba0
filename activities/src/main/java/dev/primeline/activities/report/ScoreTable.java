package dev.primeline.activities.report;

import dev.primeline.activities.report.RunResult.FamilyResult;
import dev.primeline.workflows.experiment.Head;
import java.util.ArrayList;
import java.util.List;

/** A run's scores as lines for a terminal: ASCII only, columns as wide as they need to be. */
public final class ScoreTable {

  private static final List<String> HEADINGS =
      List.of("family", "ell", "head", "NELBO", "+- error", "perplexity", "bits/byte", "tokens/s");

  /** Columns that hold words begin at their left. */
  private static final List<Integer> WORDS = List.of(0, 2);

  private ScoreTable() {}

  /**
   * Heading, rule, one line per family, then what the numbers are to be compared with, and the
   * alarm's sentences if it fired. No line ends in a space or a line break.
   */
  public static List<String> render(RunResult result) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEADINGS);
    result.families().forEach(family -> rows.add(cells(family)));
    int[] widths = new int[HEADINGS.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      lines.add(line(row, widths));
    }
    lines.add(1, "-".repeat(java.util.Arrays.stream(widths).sum() + 2 * (widths.length - 1)));
    lines.add(levels(result));
    if (result.alarm().fired()) {
      lines.add("SELF-CHECK FIRED: these numbers must not be believed");
      result.alarm().messages().forEach(message -> lines.add("  " + ascii(message)));
    }
    return lines;
  }

  private static List<String> cells(FamilyResult family) {
    return List.of(
        ascii(family.name()),
        Integer.toString(family.ell()),
        family.head() == Head.SUB_TOKEN ? "sub-token" : "token",
        family.bound() + " " + ascii(Numbers.nats(family.nelboNatsPerToken())),
        ascii(Numbers.nats(family.standardError())),
        ascii(Numbers.perplexity(family.perplexity())),
        ascii(Numbers.nats(family.bitsPerByte())),
        ascii(Numbers.rate(family.trainTokensPerSecond())));
  }

  private static String line(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String pad = " ".repeat(widths[i] - cells.get(i).length());
      line.append(i == 0 ? "" : "  ")
          .append(WORDS.contains(i) ? cells.get(i) + pad : pad + cells.get(i));
    }
    return line.toString().stripTrailing();
  }

  private static String levels(RunResult result) {
    Double entropy = result.sourceEntropyNatsPerToken();
    return "NELBO in nats/token (= exact, <= upper bound); unigram %s%s"
        .formatted(
            ascii(Numbers.nats(result.unigramNatsPerToken())),
            entropy == null ? "" : ", source entropy " + ascii(Numbers.nats(entropy)));
  }

  private static String ascii(String text) {
    return text.replace(Numbers.NONE, "-").replaceAll("[^\\x20-\\x7e]", "?");
  }
}
