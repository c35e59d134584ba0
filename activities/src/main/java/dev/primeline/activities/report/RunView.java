package dev.primeline.activities.report;

import dev.primeline.activities.tokens.CorpusCard;
import dev.primeline.activities.training.StepMetrics;
import dev.primeline.workflows.report.FamilyOutcome;
import dev.primeline.workflows.report.ReportRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Everything that a page shows.
 *
 * @param request what the run left behind
 * @param metrics the log of each family, in the request's order
 * @param samples texts of each family, in the same order; none where there are none
 * @param result the numbers as {@code result.json} states them
 * @param resultUri where {@code result.json} goes
 * @param resultHash SHA-256 of its bytes
 * @param specHash SHA-256 of the bytes of {@code spec.json}
 * @param card what the corpus is made of; empty where nobody has written that down
 */
record RunView(
    ReportRequest request,
    List<List<StepMetrics>> metrics,
    List<List<Sample>> samples,
    RunResult result,
    String resultUri,
    String resultHash,
    String specHash,
    Optional<CorpusCard> card) {

  /** A family with all that is known of it. */
  record Entry(
      Mark mark,
      FamilyOutcome outcome,
      RunResult.FamilyResult result,
      List<StepMetrics> metrics,
      List<Sample> samples) {

    String name() {
      return result.name();
    }
  }

  RunView {
    metrics = List.copyOf(metrics);
    samples = List.copyOf(samples);
  }

  List<Entry> entries() {
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < metrics.size(); i++) {
      entries.add(
          new Entry(
              new Mark(i),
              request.families().get(i),
              result.families().get(i),
              metrics.get(i),
              samples.get(i)));
    }
    return entries;
  }

  /** What every plot of likelihoods is compared with. */
  List<LineChart.Level> levels() {
    List<LineChart.Level> levels = new ArrayList<>();
    Double entropy = result.sourceEntropyNatsPerToken();
    if (entropy != null && Double.isFinite(entropy)) {
      levels.add(
          new LineChart.Level("source entropy " + Numbers.nats(entropy), entropy, "entropy"));
    }
    double unigram = result.unigramNatsPerToken();
    if (Double.isFinite(unigram)) {
      levels.add(new LineChart.Level("unigram " + Numbers.nats(unigram), unigram, "unigram"));
    }
    return levels;
  }
}
