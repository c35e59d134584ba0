package dev.primeline.activities.report;

import dev.primeline.activities.report.Table.Column;
import dev.primeline.activities.report.Table.Fact;
import dev.primeline.activities.training.NumericsChange;
import dev.primeline.activities.training.SkippedBatch;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.experiment.BranchPoint;
import dev.primeline.workflows.report.FamilyOutcome;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether to believe the page, what was made for it and what was found, and where everything is.
 */
final class ProvenanceSection {

  private static final List<Column> CHECKS =
      List.of(
          Column.words("family"),
          Column.words("check"),
          Column.words("verdict"),
          Column.words("measured"));

  private static final List<Column> STEPS =
      List.of(Column.words("family"), Column.words("sub-tokenizer"), Column.words("evaluation"));

  private ProvenanceSection() {}

  static void write(Markup html, RunView run) {
    html.element("h2", "Self-check");
    checks(html, run.result());
    html.element("h2", "Made and reused");
    html.element(
        "p",
        "The corpus was %s. Work that was done before is found by the hash of what went into it,"
                .formatted(run.request().corpus().reused() ? "found and verified" : "made")
            + " verified, and used again. A training too: whatever steps an earlier run committed were"
            + " not done again.",
        "class",
        "note");
    steps(html, run);
    html.element("h2", "Provenance");
    Table.facts(html, "The run", runFacts(run));
    for (RunView.Entry entry : run.entries()) {
      Table.facts(html, entry.name(), familyFacts(entry));
    }
  }

  private static void checks(Markup html, RunResult result) {
    if (result.alarm().checks().isEmpty()) {
      html.element("p", "No check was run: nothing guards these numbers.");
      return;
    }
    Table.open(html, "Three ways in which a wrong estimator gives itself away", CHECKS);
    for (RunResult.Check check : result.alarm().checks()) {
      html.open("tr")
          .element("th", check.family(), "scope", "row", "class", "names")
          .element("td", check.name())
          .element(
              "td",
              check.fired() ? "✗ fired" : "✓ silent",
              "class",
              "verdict " + (check.fired() ? "fired" : "silent"))
          .element("td", check.detail())
          .close("tr");
    }
    Table.close(html);
  }

  private static void steps(Markup html, RunView run) {
    Table.open(html, "Where each family's parts came from", STEPS);
    for (RunView.Entry entry : run.entries()) {
      FamilyOutcome outcome = entry.outcome();
      Table.row(
          html,
          entry.mark(),
          STEPS,
          List.of(
              entry.name(),
              origin(outcome.subTokens().reused()),
              origin(outcome.evaluated().reused())));
    }
    Table.close(html);
  }

  private static String origin(boolean reused) {
    return reused ? "reused" : "made";
  }

  private static List<Fact> runFacts(RunView run) {
    List<Fact> facts = new ArrayList<>();
    facts.add(Fact.code("run", run.result().runId()));
    facts.add(Fact.code("result.json", run.resultUri()));
    facts.add(Fact.code("SHA-256 of result.json", run.resultHash()));
    facts.add(Fact.code("SHA-256 of spec.json", run.specHash()));
    facts.add(Fact.code("corpus hash", run.request().corpus().hash()));
    add(facts, "corpus manifest", run.request().corpus().manifest());
    return facts;
  }

  private static List<Fact> familyFacts(RunView.Entry entry) {
    FamilyOutcome outcome = entry.outcome();
    List<Fact> facts = new ArrayList<>();
    facts.add(
        Fact.code("training", outcome.training().hash() + " / " + outcome.training().branch()));
    BranchPoint from = outcome.training().from();
    if (from != null) {
      add(facts, "branched at step " + from.step() + " from", from.checkpoint());
    }
    for (NumericsChange change : entry.result().numericsChanges()) {
      facts.add(
          Fact.of(
              "from step " + Numbers.count(change.step()) + " on",
              "%s %s instead of %s: the same data and masks, not the same last bits"
                  .formatted(change.what(), change.now(), change.was())));
    }
    for (SkippedBatch skipped : entry.result().skippedBatches()) {
      facts.add(
          Fact.of(
              "batch " + Numbers.count(skipped.batch()),
              "passed over at step %s: its loss was %s"
                  .formatted(Numbers.count(skipped.step() + 1), skipped.loss())));
    }
    facts.add(Fact.code("sub-tokenizer hash", outcome.subTokens().hash()));
    facts.add(Fact.code("checkpoint", entry.result().checkpoint()));
    facts.add(Fact.code("SHA-256", outcome.trained().checkpoint().sha256()));
    facts.add(Fact.code("weights", entry.result().weights()));
    facts.add(Fact.code("SHA-256", outcome.trained().weights().sha256()));
    add(facts, "evaluation", outcome.evaluated().artifact());
    return facts;
  }

  private static void add(List<Fact> facts, String name, ArtifactRef ref) {
    facts.add(Fact.code(name, ref.key()));
    facts.add(Fact.code("SHA-256", ref.sha256()));
  }
}
