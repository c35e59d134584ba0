package dev.primeline.activities.report;

import dev.primeline.activities.report.RunResult.FamilyResult;
import dev.primeline.activities.report.Table.Column;
import dev.primeline.workflows.evaluation.FamilyScores.TextClusters;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The scores: a plot with intervals, and the table. */
final class ScoreSection {

  private static final Column BITS_PER_BYTE = Column.number("bits/byte");
  private static final Column WORD_PERPLEXITY = Column.number("word perplexity");

  private static final List<Column> COLUMNS =
      List.of(
          Column.words("family"),
          Column.number("ell"),
          Column.words("head"),
          new Column("NELBO, nats/token", "number main"),
          Column.number("± std. error"),
          Column.number("mask error"),
          Column.number("text error"),
          Column.number("perplexity"),
          BITS_PER_BYTE,
          WORD_PERPLEXITY,
          Column.number("tokens scored"),
          new Column("published estimator (not a bound)", "number aside"));

  private ScoreSection() {}

  static void write(Markup html, RunView run) {
    html.element("h2", "Scores");
    List<IntervalChart.Row> rows =
        run.entries().stream()
            .filter(entry -> Double.isFinite(entry.result().nelboNatsPerToken()))
            .map(ScoreSection::row)
            .toList();
    if (!rows.isEmpty()) {
      html.open("figure").open("div", "class", "scroll");
      IntervalChart.draw(
          html,
          new LineChart.Words(
              "scores",
              "Held-out score of each family",
              "One row per family: its score in nats per token with a 95 % interval, against the"
                  + " unigram and, where it is known, the source's entropy. The table below holds"
                  + " the same numbers.",
              "held-out NELBO, nats per token (lower is better)",
              ""),
          rows,
          run.levels());
      html.close("div");
      html.element(
          "figcaption",
          "Held-out score with its 95 % interval (±\u00a01.96 standard errors). = exact likelihood,"
              + " ≤ upper bound. The axis does not begin at zero.");
      html.close("figure");
    }
    table(html, run);
    notes(html, run);
  }

  private static IntervalChart.Row row(RunView.Entry entry) {
    FamilyResult family = entry.result();
    return new IntervalChart.Row(
        entry.name(),
        entry.mark(),
        family.nelboNatsPerToken(),
        Headline.WITHIN * family.standardError(),
        figures(family));
  }

  private static String figures(FamilyResult family) {
    String score = Headline.signed(family, Numbers.nats(family.nelboNatsPerToken()));
    return Double.isFinite(family.standardError())
        ? score + " ± " + Numbers.nats(Headline.WITHIN * family.standardError())
        : score;
  }

  private static void table(Markup html, RunView run) {
    boolean text = run.result().families().stream().anyMatch(f -> f.bitsPerByte() != null);
    boolean words = run.result().families().stream().anyMatch(f -> f.wordPerplexity() != null);
    List<Column> columns =
        COLUMNS.stream()
            .filter(c -> text || !c.equals(BITS_PER_BYTE))
            .filter(c -> words || !c.equals(WORD_PERPLEXITY))
            .toList();
    Table.open(html, "Scores on the held-out text, one row per family", columns);
    for (RunView.Entry entry : run.entries()) {
      FamilyResult f = entry.result();
      List<String> cells =
          new ArrayList<>(
              List.of(
                  f.name(),
                  Integer.toString(f.ell()),
                  FactSection.wireName(f.head()),
                  Headline.signed(f, Numbers.nats(f.nelboNatsPerToken())),
                  Numbers.nats(f.standardError()),
                  Numbers.nats(f.maskError()),
                  Numbers.nats(f.textError()),
                  Headline.signed(f, Numbers.perplexity(f.perplexity()))));
      if (text) {
        cells.add(Headline.signed(f, Numbers.nats(f.bitsPerByte())));
      }
      if (words) {
        Double perplexity = f.wordPerplexity();
        cells.add(
            perplexity == null ? Numbers.NONE : Headline.signed(f, Numbers.perplexity(perplexity)));
      }
      cells.add(Numbers.count(f.tokensScored()));
      cells.add(Numbers.nats(f.publishedEstimator()));
      Table.row(html, entry.mark(), columns, cells);
    }
    Table.close(html);
  }

  private static void notes(Markup html, RunView run) {
    StringBuilder errors =
        new StringBuilder(
            "Mask error: chance in the mask draws on this very text. Text error: chance in the"
                + " choice of text");
    run.request().families().stream()
        .map(family -> family.evaluated().scores().textClusters())
        .distinct()
        .map(ScoreSection::clusters)
        .reduce((a, b) -> a + " or " + b)
        .ifPresent(over -> errors.append(", over ").append(over));
    html.element(
        "p",
        errors + ". Standard error: both together, of each family by itself, so unpaired.",
        "class",
        "note");
    draws(run).forEach(sentence -> html.element("p", sentence, "class", "note"));
    run.result().families().stream()
        .map(FamilyResult::words)
        .filter(Objects::nonNull)
        .findFirst()
        .ifPresent(
            words ->
                html.element(
                    "p",
                    "Word perplexity: exp of all nats over the %s words of exactly the scored text,"
                            .formatted(Numbers.count(words))
                        + " set apart by white space.",
                    "class",
                    "note"));
    html.element(
        "p",
        "The published estimator is the joint form of the MDM-Prime papers. It is not a bound on"
            + " any likelihood: for more than one digit per token it can lie far below the truth."
            + " It is printed for comparison with the papers alone.",
        "class",
        "note");
  }

  /** What was asked of the mask error, and what was done for it. */
  private static List<String> draws(RunView run) {
    return run.result().families().stream()
        .filter(f -> f.maskErrorTarget() != null && f.bound().equals("<="))
        .map(
            f ->
                "%s: mask error %s %% of the score after %s draws per window; asked for were %s %%%s."
                    .formatted(
                        f.name(),
                        Numbers.decimals(100 * f.maskError() / f.nelboNatsPerToken(), 3),
                        f.draws(),
                        Numbers.setting(100 * Objects.requireNonNull(f.maskErrorTarget())),
                        Boolean.TRUE.equals(f.maskErrorReached()) ? "" : ", not reached"))
        .toList();
  }

  private static String clusters(TextClusters clusters) {
    return Numbers.count(clusters.count())
        + " "
        + clusters.kind()
        + (clusters.kind().equals("blocks")
            ? " of neighbouring windows (too few documents to stand alone)"
            : "");
  }
}
