package dev.primeline.activities.report;

import dev.primeline.activities.training.StepMetrics;
import dev.primeline.activities.training.TrainingPast;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.corpus.CorpusResult;
import dev.primeline.workflows.evaluation.FamilyScores;
import dev.primeline.workflows.evaluation.SelfCheck;
import dev.primeline.workflows.experiment.CorpusSpec;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.SyntheticSource;
import dev.primeline.workflows.report.FamilyOutcome;
import dev.primeline.workflows.report.ReportRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Puts a {@link RunResult} together from what the steps left behind. */
final class ResultAssembly {

  private ResultAssembly() {}

  /**
   * The result of a run.
   *
   * @param metrics the log of each family, in order
   * @param pasts what each family's training remembers of its way, in order
   * @param uri the address of a key
   * @param pageKey where the page goes
   */
  static RunResult of(
      ReportRequest request,
      List<List<StepMetrics>> metrics,
      List<TrainingPast> pasts,
      Function<String, String> uri,
      String pageKey) {
    List<RunResult.FamilyResult> families = new ArrayList<>();
    for (int i = 0; i < request.families().size(); i++) {
      families.add(family(request.families().get(i), metrics.get(i), pasts.get(i), uri));
    }
    return new RunResult(
        RunResult.SCHEMA_VERSION,
        request.runId(),
        corpus(request.text(), request.corpus()),
        request.corpus().sourceEntropyNatsPerToken(),
        request.corpus().unigramNatsPerToken(),
        alarm(request.families()),
        families,
        uri.apply(pageKey));
  }

  private static RunResult.Corpus corpus(CorpusSpec spec, CorpusResult corpus) {
    SyntheticSource source = spec.synthetic();
    String kind =
        spec.uri() != null || source == null
            ? "text"
            : source.kind().name().toLowerCase(Locale.ROOT);
    return new RunResult.Corpus(
        kind,
        spec.uri(),
        spec.heldout(),
        corpus.hash(),
        corpus.trainTokens(),
        corpus.heldoutTokens(),
        corpus.trainDocuments(),
        corpus.heldoutDocuments());
  }

  private static RunResult.Alarm alarm(List<FamilyOutcome> families) {
    List<RunResult.Check> checks = new ArrayList<>();
    for (FamilyOutcome outcome : families) {
      for (SelfCheck.Alarm alarm : outcome.evaluated().selfCheck().alarms()) {
        checks.add(
            new RunResult.Check(
                outcome.training().family().name(), alarm.name(), alarm.fired(), alarm.detail()));
      }
    }
    List<String> messages =
        checks.stream()
            .filter(RunResult.Check::fired)
            .map(c -> "the %s alarm fired for %s: %s".formatted(c.name(), c.family(), c.detail()))
            .toList();
    return new RunResult.Alarm(!messages.isEmpty(), messages, checks);
  }

  private static RunResult.FamilyResult family(
      FamilyOutcome outcome,
      List<StepMetrics> metrics,
      TrainingPast past,
      Function<String, String> uri) {
    Family family = outcome.training().family();
    FamilyScores scores = outcome.evaluated().scores();
    ArtifactRef checkpoint = outcome.trained().checkpoint();
    return new RunResult.FamilyResult(
        family.name(),
        family.ell(),
        family.head(),
        family.objective(),
        outcome.trained().parameters(),
        outcome.trained().tokensTrained(),
        family.autoregressive() ? "=" : "<=",
        scores.nelboNatsPerToken(),
        scores.maskError(),
        scores.textError(),
        scores.standardError(),
        scores.perplexity(),
        scores.bitsPerByte(),
        scores.publishedEstimator(),
        RunResult.NOT_A_BOUND,
        scores.tokensScored(),
        speed(metrics),
        uri.apply(checkpoint.key()),
        uri.apply(outcome.trained().weights().key()),
        past.skipped(),
        past.changes(),
        scores.draws(),
        scores.target() == null ? null : scores.target().relative(),
        scores.target() == null ? null : scores.target().reached(),
        scores.words(),
        scores.wordPerplexity(),
        scores.otherBounds());
  }

  /** The median: pauses and the first steps' warming up do not count. */
  private static @Nullable Double speed(List<StepMetrics> metrics) {
    double[] logged =
        metrics.stream()
            .mapToDouble(StepMetrics::tokensPerSecond)
            .filter(rate -> rate > 0 && Double.isFinite(rate))
            .sorted()
            .toArray();
    return logged.length == 0 ? null : logged[logged.length / 2];
  }
}
