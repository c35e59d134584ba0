package dev.primeline.activities.report;

import dev.primeline.activities.report.Table.Column;
import dev.primeline.workflows.evaluation.FamilyScores.OtherBound;
import java.util.List;

/** Bounds on the likelihoods of other processes, apart from the scores. */
final class OtherBoundSection {

  private static final List<Column> COLUMNS =
      List.of(
          Column.words("family"),
          Column.words("bound"),
          Column.number("nats/token"),
          Column.number("± std. error"),
          Column.number("mask error"),
          Column.number("perplexity"),
          Column.number("draws per window"));

  private OtherBoundSection() {}

  /** Nothing where no other bound was taken. */
  static void write(Markup html, RunView run) {
    if (run.entries().stream().allMatch(entry -> entry.result().otherBounds().isEmpty())) {
      return;
    }
    html.element("h2", "Other bounds");
    Table.open(html, "Bounds on other processes' likelihoods of the same text", COLUMNS);
    for (RunView.Entry entry : run.entries()) {
      for (OtherBound bound : entry.result().otherBounds()) {
        Table.row(
            html,
            entry.mark(),
            COLUMNS,
            List.of(
                entry.name(),
                bound.name(),
                "≤ " + Numbers.nats(bound.natsPerToken()),
                Numbers.nats(bound.standardError()),
                Numbers.nats(bound.maskError()),
                "≤ " + Numbers.perplexity(bound.perplexity()),
                Numbers.count(bound.draws())));
      }
    }
    Table.close(html);
    html.element(
        "p",
        "Each is valid for its own process and compares with its own kind alone: token-masks for"
            + " whole tokens revealed one by one, sampler-T for text drawn in T steps, whose digits"
            + " of one step are drawn without a look at each other.",
        "class",
        "note");
  }
}
