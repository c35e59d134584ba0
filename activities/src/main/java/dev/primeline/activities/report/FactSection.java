package dev.primeline.activities.report;

import dev.primeline.activities.report.Table.Column;
import dev.primeline.activities.report.Table.Fact;
import dev.primeline.workflows.corpus.CorpusResult;
import dev.primeline.workflows.experiment.CorpusSpec;
import dev.primeline.workflows.experiment.EvaluationSettings;
import dev.primeline.workflows.experiment.ExperimentSpec;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.ModelShape;
import dev.primeline.workflows.experiment.SyntheticSource;
import dev.primeline.workflows.experiment.TokenizerFile;
import dev.primeline.workflows.experiment.TrainingSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What was learned, by what, how: families, settings, corpus. */
final class FactSection {

  private static final List<Column> FAMILIES =
      List.of(
          Column.words("family"),
          Column.words("attention"),
          Column.number("ell"),
          Column.number("base"),
          Column.words("codes"),
          Column.words("head"),
          Column.words("objective"),
          Column.number("parameters"),
          Column.number("steps"),
          Column.number("tokens trained"),
          Column.number("tokens/s"));

  private FactSection() {}

  static void write(Markup html, RunView run) {
    html.element("h2", "Families and settings");
    families(html, run);
    Table.facts(html, "Settings that all families share", settings(run.request().spec()));
    html.element("h2", "Corpus");
    Table.facts(html, "The text that was learned and scored", corpus(run));
    run.card().ifPresent(card -> CardSection.write(html, card));
  }

  private static void families(Markup html, RunView run) {
    Table.open(html, "In what the families differ", FAMILIES);
    for (RunView.Entry entry : run.entries()) {
      Family family = entry.outcome().training().family();
      Table.row(
          html,
          entry.mark(),
          FAMILIES,
          List.of(
              entry.name(),
              wireName(family.attention()),
              Integer.toString(family.ell()),
              Numbers.count(family.base()),
              wireName(family.order()),
              wireName(family.head()),
              wireName(family.objective()),
              Numbers.count(entry.result().parameters()),
              Numbers.count(entry.outcome().trained().step()),
              Numbers.count(entry.result().tokensTrained()),
              Numbers.rate(entry.result().trainTokensPerSecond())));
    }
    Table.close(html);
  }

  private static List<Fact> settings(ExperimentSpec spec) {
    ModelShape model = spec.model();
    TrainingSettings t = spec.training();
    EvaluationSettings evaluation = spec.evaluation();
    return List.of(
        Fact.of("preset", spec.preset()),
        Fact.of("seed", Long.toString(spec.seed())),
        Fact.of(
            "backbone",
            "%d layers, width %d, %d heads, feed-forward %d, windows of %d tokens"
                .formatted(
                    model.layers(),
                    model.width(),
                    model.heads(),
                    model.feedForward(),
                    model.length())),
        Fact.of(
            "training",
            "%s steps of %d windows (micro-batches of %d), matrix products in %s"
                .formatted(
                    Numbers.count(t.steps()), t.batch(), t.microBatch(), t.precision().dtype())),
        Fact.of(
            "scored weights",
            t.emaDecay() > 0
                ? "moving average, decay " + Numbers.setting(t.emaDecay())
                : "those of the last step"),
        Fact.of(
            "learning rate",
            "%s after %s steps of warm-up, cosine to %s"
                .formatted(
                    Numbers.setting(t.learningRate()),
                    Numbers.count(t.warmupSteps()),
                    Numbers.setting(t.finalLearningRate()))),
        Fact.of(
            "optimiser",
            "AdamW, betas %s and %s, epsilon %s, weight decay %s on matrices, gradient norm at most"
                    .formatted(
                        Numbers.setting(t.beta1()),
                        Numbers.setting(t.beta2()),
                        Numbers.setting(t.epsilon()),
                        Numbers.setting(t.weightDecay()))
                + " "
                + Numbers.setting(t.clip())),
        Fact.of(
            "while training",
            "checkpoint every %s steps%s, held-out score every %s on %s windows"
                .formatted(
                    Numbers.count(t.checkpointEvery()),
                    t.keepLast() == 0
                        ? ""
                        : " (the last %d and the best stay)".formatted(t.keepLast()),
                    Numbers.count(t.evaluateEvery()),
                    Numbers.count(t.heldoutSequences()))),
        Fact.of(
            "final score",
            "exact-count bound, %s, %s"
                .formatted(
                    evaluation.targeted()
                        ? "masks drawn until the mask error is %s %% of the score"
                            .formatted(Numbers.setting(100 * evaluation.maskError()))
                        : "%d stratified mask draws per window".formatted(evaluation.draws()),
                    evaluation.maxTokens() == 0
                        ? "all held-out tokens"
                        : "at most " + Numbers.count(evaluation.maxTokens()) + " tokens")));
  }

  private static List<Fact> corpus(RunView run) {
    CorpusSpec spec = run.request().text();
    CorpusResult corpus = run.request().corpus();
    List<Fact> facts = new ArrayList<>();
    SyntheticSource source = spec.synthetic();
    if (spec.uri() != null) {
      facts.add(Fact.code("text", spec.uri()));
      facts.add(
          spec.heldout() == null
              ? Fact.of(
                  "held-out text",
                  "%s %% of the documents, chosen by hash"
                      .formatted(Numbers.plain(100 * spec.heldoutFraction(), 4)))
              : Fact.code("held-out text", spec.heldout()));
      facts.add(Fact.of("documents end at", wireName(spec.split())));
    } else if (source != null) {
      facts.add(
          Fact.of(
              "synthetic source",
              "%s, %d symbols, %d states, concentration %s"
                  .formatted(
                      source.kind() == SyntheticSource.Kind.MARKOV
                          ? "Markov chain"
                          : "hidden Markov model",
                      source.symbols(),
                      source.states(),
                      Numbers.setting(source.concentration()))));
    }
    facts.add(
        Fact.of(
            "tokenizer",
            "%s, %s token ids".formatted(tokenizer(spec), Numbers.count(corpus.vocabularySize()))));
    facts.add(Fact.of("to learn from", size(corpus.trainTokens(), corpus.trainDocuments())));
    facts.add(
        Fact.of(
            "to score",
            size(corpus.heldoutTokens(), corpus.heldoutDocuments())
                + (corpus.heldoutBytes() > 0
                    ? ", " + Numbers.count(corpus.heldoutBytes()) + " bytes of text"
                    : "")));
    facts.add(
        Fact.of(
            "unigram",
            Numbers.nats(corpus.unigramNatsPerToken())
                + " nats per token (add-one training counts on the held-out text)"));
    facts.add(
        Fact.of(
            "source entropy",
            corpus.sourceEntropyNatsPerToken() == null
                ? "unknown: nobody knows it for real text"
                : Numbers.nats(corpus.sourceEntropyNatsPerToken())
                    + " nats per token (mean of -log p* over the held-out text)"));
    return facts;
  }

  private static String size(long tokens, long documents) {
    return "%s tokens in %s documents".formatted(Numbers.count(tokens), Numbers.count(documents));
  }

  private static String tokenizer(CorpusSpec spec) {
    TokenizerFile file = spec.tokenizerFile();
    TokenizerFile.Found found = file == null ? null : file.found();
    return file == null || found == null
        ? wireName(spec.tokenizer())
        : "%s (SHA-256 %s), separator %d"
            .formatted(file.uri(), found.file().sha256().substring(0, 16), found.separator());
  }

  /** The name that a specification uses. */
  static String wireName(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
