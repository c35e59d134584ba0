package dev.primeline.activities.report;

import dev.primeline.activities.training.StepMetrics;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.corpus.CorpusResult;
import dev.primeline.workflows.evaluation.EvaluationResult;
import dev.primeline.workflows.evaluation.FamilyScores;
import dev.primeline.workflows.evaluation.FamilyScores.CurvePoint;
import dev.primeline.workflows.evaluation.SelfCheck;
import dev.primeline.workflows.experiment.Attention;
import dev.primeline.workflows.experiment.CodeOrder;
import dev.primeline.workflows.experiment.CorpusSpec;
import dev.primeline.workflows.experiment.DocumentSplit;
import dev.primeline.workflows.experiment.EvaluationSettings;
import dev.primeline.workflows.experiment.ExperimentSpec;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.Head;
import dev.primeline.workflows.experiment.ModelShape;
import dev.primeline.workflows.experiment.Objective;
import dev.primeline.workflows.experiment.Precision;
import dev.primeline.workflows.experiment.SyntheticSource;
import dev.primeline.workflows.experiment.Tokenizer;
import dev.primeline.workflows.experiment.TrainingSettings;
import dev.primeline.workflows.report.FamilyOutcome;
import dev.primeline.workflows.report.ReportRequest;
import dev.primeline.workflows.subtokens.SubTokenResult;
import dev.primeline.workflows.training.SegmentResult;
import dev.primeline.workflows.training.TrainingSpec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** A run that could have been: every number follows from the family's name and final score. */
final class Study {

  static final double ENTROPY = 1.0912;
  static final double UNIGRAM = 1.7331;

  /** A family of the study and what it shall have scored. */
  record Member(Family family, double nelbo, double error, boolean fired) {}

  private final String runId;
  private final CorpusSpec corpus;
  private final int vocabularySize;
  private final @Nullable Double entropy;
  private final double unigram;
  private final long steps;
  private final List<Member> members = new ArrayList<>();
  private int metricLines = 1200;
  private int scoredEvery = 100;
  private boolean reused;

  private Study(
      String runId,
      CorpusSpec corpus,
      int vocabularySize,
      @Nullable Double entropy,
      double unigram,
      long steps) {
    this.runId = runId;
    this.corpus = corpus;
    this.vocabularySize = vocabularySize;
    this.entropy = entropy;
    this.unigram = unigram;
    this.steps = steps;
  }

  /** A synthetic source without families yet. */
  static Study synthetic(String runId) {
    SyntheticSource source =
        new SyntheticSource(SyntheticSource.Kind.MARKOV, 15, 15, 0.3, 60000, 512);
    CorpusSpec corpus =
        new CorpusSpec(null, null, Tokenizer.SYMBOLS, DocumentSplit.FILE, "text", 0.05, source);
    return new Study(runId, corpus, 16, ENTROPY, UNIGRAM, 1200);
  }

  /** Real text without families yet. */
  static Study text(String runId, String uri) {
    CorpusSpec corpus =
        new CorpusSpec(uri, null, Tokenizer.BYTES, DocumentSplit.BLANK_LINE, "text", 0.05, null);
    return new Study(runId, corpus, 257, null, 3.3402, 1000);
  }

  /** The quickstart: four families near what they reach. */
  static Study quickstart(String runId) {
    return synthetic(runId)
        .with(arm("arm"), 1.1021, 0.0042)
        .with(masked("mdm", 1, 16, CodeOrder.INDEX), 1.2108, 0.0061)
        .with(masked("prime", 2, 4, CodeOrder.INDEX), 1.2487, 0.0064)
        .with(masked("prime-v2", 4, 2, CodeOrder.SHUFFLED), 1.3015, 0.0068);
  }

  static Family arm(String name) {
    return new Family(name, Attention.CAUSAL, 1, 16, CodeOrder.INDEX, Head.TOKEN, Objective.BOUND);
  }

  static Family masked(String name, int ell, int base, CodeOrder order) {
    return new Family(name, Attention.FULL, ell, base, order, Head.TOKEN, Objective.BOUND);
  }

  Study with(Family family, double nelbo, double error) {
    members.add(new Member(family, nelbo, error, false));
    return this;
  }

  Study withAlarm(Family family, double nelbo, double error) {
    members.add(new Member(family, nelbo, error, true));
    return this;
  }

  /** So many log lines, a held-out score on every n-th; 0 for none. */
  Study logged(int lines, int everyNth) {
    metricLines = lines;
    scoredEvery = everyNth;
    return this;
  }

  Study foundAgain() {
    reused = true;
    return this;
  }

  ReportRequest request() {
    ModelShape model = new ModelShape(3, 96, 4, 384, 64);
    TrainingSettings training =
        new TrainingSettings(
            steps,
            32,
            3e-3,
            3e-4,
            100,
            0.1,
            0.9,
            0.95,
            1e-8,
            1,
            0,
            Precision.FP32,
            32,
            400,
            0,
            0,
            100,
            64);
    ExperimentSpec spec =
        new ExperimentSpec(
            "quickstart",
            corpus,
            members.stream().map(Member::family).toList(),
            model,
            training,
            new EvaluationSettings(8, 0),
            1);
    CorpusResult prepared =
        new CorpusResult(
            ref("corpora/7f3a/manifest.json"),
            "7f3a90c1d24e5b68",
            vocabularySize,
            3_840_000,
            32_768,
            60_000,
            512,
            entropy == null ? 32_256 : 0,
            unigram,
            entropy,
            reused);
    List<FamilyOutcome> families = members.stream().map(m -> outcome(m, spec)).toList();
    return new ReportRequest(runId, spec, prepared, families);
  }

  private FamilyOutcome outcome(Member member, ExperimentSpec spec) {
    Family family = member.family();
    String folder = "trainings/" + Hashes.key(family) + "/main/step-000001200/";
    SubTokenResult codes =
        new SubTokenResult(
            ref("subtokenizers/" + family.name().length() + "/subtokenizer.json"),
            Hashes.key(family.order()),
            digits(family, family.order() == CodeOrder.INDEX ? 0.55 : 0.93),
            digits(family, 0.55),
            reused);
    TrainingSpec training =
        new TrainingSpec(
            Hashes.key(family),
            "main",
            family,
            vocabularySize,
            vocabularySize - 1,
            spec.model(),
            spec.training(),
            1,
            ref("corpora/7f3a/manifest.json"),
            "7f3a90c1d24e5b68",
            codes.subTokenizer(),
            codes.hash());
    SegmentResult trained =
        new SegmentResult(
            steps,
            ref(folder + "manifest.json"),
            ref(folder + "c0ffee/model.safetensors"),
            488_544,
            steps * 2048,
            true,
            0);
    return new FamilyOutcome(
        training,
        codes,
        trained,
        new EvaluationResult(
            scores(member),
            selfCheck(member),
            ref("evaluations/" + family.ell() + ".json"),
            reused));
  }

  private FamilyScores scores(Member member) {
    Family family = member.family();
    double mask = family.autoregressive() ? 0 : member.error() * 0.4;
    List<CurvePoint> curve = new ArrayList<>();
    for (int bin = 0; bin < 10 && !family.autoregressive(); bin++) {
      double ratio = (bin + 0.5) / 10;
      curve.add(
          new CurvePoint(
              ratio, Math.log(family.base()) * (0.15 + 0.8 * Math.pow(ratio, 1.3 / family.ell()))));
    }
    return new FamilyScores(
        member.nelbo(),
        mask,
        Math.sqrt(member.error() * member.error() - mask * mask),
        member.error(),
        new FamilyScores.TextClusters(
            entropy == null ? "blocks" : "sequences", entropy == null ? 20 : 512),
        Math.exp(member.nelbo()),
        entropy == null ? member.nelbo() / Math.log(2) * 1.016 : null,
        family.autoregressive() ? null : member.nelbo() / Math.sqrt(family.ell()),
        32_768,
        curve);
  }

  private static SelfCheck selfCheck(Member member) {
    String name = member.family().name();
    return new SelfCheck(
        List.of(
            new SelfCheck.Alarm(
                "oracle",
                false,
                "the exact posterior scores 1.0911 nats where the source's own is 1.0912 (0.2 standard"
                    + " errors apart)"),
            new SelfCheck.Alarm(
                "kraft",
                member.fired(),
                member.fired()
                    ? "the probabilities of " + name + " sum to 1.412, expected at most 1"
                    : "the probabilities sum to 0.871, at most 1"),
            new SelfCheck.Alarm(
                "model", false, "the bound lies 0.1196 nats above -log p*, 19.6 standard errors")));
  }

  private static List<Double> digits(Family family, double least) {
    List<Double> entropies = new ArrayList<>();
    for (int j = 0; j < family.ell(); j++) {
      double share = family.ell() == 1 ? 1 : j / (family.ell() - 1.0);
      entropies.add(Math.log(family.base()) * (least + (0.99 - least) * share));
    }
    return entropies;
  }

  /** Falls from the uniform code length to the final score; masked losses are noisier. */
  List<StepMetrics> metrics(FamilyOutcome outcome) {
    Family family = outcome.training().family();
    double last = outcome.evaluated().scores().nelboNatsPerToken();
    SplittableRandom random = new SplittableRandom(family.name().hashCode());
    List<StepMetrics> metrics = new ArrayList<>();
    for (int i = 1; i <= metricLines; i++) {
      long step = steps * i / metricLines;
      double progress = i / (double) metricLines;
      double expected =
          last
              + (Math.log(vocabularySize) - last) * Math.exp(-9 * Math.sqrt(progress))
              + 0.02 * (1 - progress);
      double noise = (random.nextDouble() - 0.5) * (family.autoregressive() ? 0.08 : 0.35);
      boolean scored = scoredEvery > 0 && i % scoredEvery == 0;
      metrics.add(
          new StepMetrics(
              step,
              step * 2048,
              expected + noise,
              0.4,
              1e-3,
              scored ? expected + 0.01 : null,
              scored ? (family.autoregressive() ? 0.0 : 0.012) : null,
              61_234.0 / family.ell(),
              0.4,
              1_200_000_000L,
              0));
    }
    return metrics;
  }

  private static ArtifactRef ref(String key) {
    return new ArtifactRef(key, Hashes.sha256(key.getBytes(StandardCharsets.UTF_8)), 1000);
  }
}
