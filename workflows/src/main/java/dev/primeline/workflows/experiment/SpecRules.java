package dev.primeline.workflows.experiment;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which values a specification may hold; each refusal names key, value and expectation. */
final class SpecRules {

  /** Beyond these a number is a slip of the hand: no machine holds what it asks for. */
  private static final int MOST_LAYERS = 1000;

  private static final int MOST_NUMBERS = 1 << 20;
  private static final long MOST_STEPS = 1_000_000_000_000L;

  private SpecRules() {}

  static void check(CorpusSpec corpus) {
    SyntheticSource source = corpus.synthetic();
    if (corpus.uri() == null && source == null && corpus.airflow() == null) {
      throw new BadInput(
          "corpus.uri: missing, expected a file, directory or glob of text (or corpus.synthetic, or"
              + " corpus.airflow)");
    }
    if (source == null && corpus.tokenizer() == Tokenizer.SYMBOLS) {
      throw new BadInput("corpus.tokenizer: symbols with text, expected bytes or gpt2");
    }
    check(corpus.tokenizer(), corpus.tokenizerFile());
    if (source != null && corpus.tokenizer() != Tokenizer.SYMBOLS) {
      throw new BadInput(
          "corpus.tokenizer: %s with a synthetic source, expected symbols"
              .formatted(StrictReader.wireName(corpus.tokenizer())));
    }
    if (source != null && corpus.heldout() != null) {
      throw new BadInput(
          "corpus.heldout: %s with a synthetic source, expected none: it samples its own"
              .formatted(corpus.heldout()));
    }
    check(corpus.airflow());
    within("corpus.heldoutFraction", corpus.heldoutFraction(), 1e-6, 0.5);
    atLeast("corpus.skippable", corpus.skippable(), 0);
    boolean aboutText =
        corpus.normalization() != null || corpus.duplicates() != null || corpus.skippable() > 0;
    if (source != null && aboutText) {
      throw new BadInput(
          "corpus: normalization, duplicates or skippable with a synthetic source, expected them"
              + " with text alone");
    }
    if (source != null) {
      within("corpus.synthetic.symbols", source.symbols(), 2, MOST_NUMBERS);
      atLeast("corpus.synthetic.states", source.states(), 1);
      within("corpus.synthetic.concentration", source.concentration(), 1e-3, 1e3);
      atLeast("corpus.synthetic.trainSequences", source.trainSequences(), 1);
      // From one window no error of a score can be told.
      atLeast("corpus.synthetic.heldoutSequences", source.heldoutSequences(), 2);
      if (source.kind() == SyntheticSource.Kind.MARKOV && source.states() != source.symbols()) {
        throw new BadInput(
            "corpus.synthetic.states: %d, expected %d: a Markov chain's states are its symbols"
                .formatted(source.states(), source.symbols()));
      }
    }
  }

  private static void check(Tokenizer tokenizer, @Nullable TokenizerFile file) {
    if (tokenizer != Tokenizer.FILE) {
      if (file != null) {
        throw new BadInput(
            "corpus.tokenizer: %s beside corpus.tokenizerFile, expected one of them"
                .formatted(StrictReader.wireName(tokenizer)));
      }
      return;
    }
    if (file == null) {
      throw new BadInput("corpus.tokenizerFile: missing, expected {\"uri\": \"tokenizer.json\"}");
    }
    TokenizerFile.Found found = file.found();
    if (found == null) {
      throw new BadInput("corpus.tokenizerFile: not read yet, expected what is known of it");
    }
    within("corpus.tokenizerFile.found.vocabularySize", found.vocabularySize(), 2, MOST_NUMBERS);
    within(
        "corpus.tokenizerFile.found.separator", found.separator(), 0, found.vocabularySize() - 1);
  }

  private static void check(@Nullable AirflowSource airflow) {
    if (airflow == null) {
      return;
    }
    like("corpus.airflow.dag", airflow.dag(), "[A-Za-z0-9_.-]{1,250}", "a DAG's id");
    like(
        "corpus.airflow.xcom",
        airflow.xcom(),
        "[A-Za-z0-9_.-]+/[^/\\s]+",
        "task/key, such as export/return_value");
    if (airflow.conf() != null && !airflow.conf().isObject()) {
      throw StrictReader.wrong("corpus.airflow.conf", airflow.conf(), "an object");
    }
  }

  static void check(ExperimentSpec spec) {
    if (spec.publish() != null) {
      like("publish.airflowAsset", spec.publish().airflowAsset(), "\\S{1,1500}", "an asset's URI");
    }
    check(spec.model());
    check(spec.training());
    check(spec.evaluation(), spec.model().length());
    check(spec.branch(), spec);
    if (spec.initialWeights() != null && spec.families().size() != 1) {
      throw new BadInput(
          "initialWeights: given for %d families, expected one family"
              .formatted(spec.families().size()));
    }
    Set<String> names = new HashSet<>();
    for (Family family : spec.families()) {
      if (!names.add(family.name())) {
        throw new BadInput(
            "families: \"%s\" appears twice, expected a different name for each"
                .formatted(family.name()));
      }
      if (!family.name().matches("[A-Za-z0-9][A-Za-z0-9._-]{0,39}")) {
        throw new BadInput(
            "families: the name \"%s\", expected up to 40 letters, digits, dots, dashes"
                .formatted(family.name()));
      }
    }
  }

  private static void check(@Nullable BranchSpec branch, ExperimentSpec spec) {
    if (branch == null) {
      return;
    }
    for (Family family : spec.families()) {
      BranchPoint point = branch.of(family);
      String place = "branch.from." + family.name();
      within(place + ".step", point.step(), 1, spec.training().steps() - 1);
      if (!point.checkpoint().key().startsWith("trainings/" + point.training() + "/")) {
        throw new BadInput(
            "%s.checkpoint: %s, expected one of training %s"
                .formatted(place, point.checkpoint().key(), point.training()));
      }
    }
  }

  static void check(ModelShape model) {
    within("model.layers", model.layers(), 1, MOST_LAYERS);
    within("model.heads", model.heads(), 1, MOST_NUMBERS);
    within("model.width", model.width(), 2, MOST_NUMBERS);
    within("model.feedForward", model.feedForward(), 1, MOST_NUMBERS);
    within("model.length", model.length(), 2, MOST_NUMBERS);
    if (model.width() % model.heads() != 0 || model.headWidth() % 2 != 0) {
      throw new BadInput(
          "model.width: %d with %d heads, expected an even multiple of the heads"
              .formatted(model.width(), model.heads()));
    }
  }

  private static void check(EvaluationSettings evaluation, int length) {
    within("evaluation.draws", evaluation.draws(), 1, MOST_NUMBERS);
    if (evaluation.maxTokens() != 0 && evaluation.maxTokens() < 2L * length) {
      throw new BadInput(
          "evaluation.maxTokens: %d, expected 0 for all or at least two windows of model.length, %d"
              .formatted(evaluation.maxTokens(), 2L * length));
    }
    if (evaluation.maskError() != 0) {
      within("evaluation.maskError", evaluation.maskError(), 1e-6, 0.5);
    }
    within("evaluation.tokenMaskDraws", evaluation.tokenMaskDraws(), 0, MOST_NUMBERS);
    within("evaluation.samplerSteps", evaluation.samplerSteps(), 0, MOST_NUMBERS);
  }

  private static void check(TrainingSettings training) {
    within("training.steps", training.steps(), 1, MOST_STEPS);
    within("training.batch", training.batch(), 1, MOST_NUMBERS);
    within("training.microBatch", training.microBatch(), 1, MOST_NUMBERS);
    atLeast("training.warmupSteps", training.warmupSteps(), 0);
    atLeast("training.checkpointEvery", training.checkpointEvery(), 1);
    atLeast("training.keepLast", training.keepLast(), 0);
    atLeast("training.keepEvery", training.keepEvery(), 0);
    if (training.keepEvery() % training.checkpointEvery() != 0) {
      throw new BadInput(
          "training.keepEvery: %d, expected 0 or a multiple of training.checkpointEvery = %d"
              .formatted(training.keepEvery(), training.checkpointEvery()));
    }
    atLeast("training.evaluateEvery", training.evaluateEvery(), 1);
    atLeast("training.heldoutSequences", training.heldoutSequences(), 1);
    within("training.learningRate", training.learningRate(), 1e-12, 10);
    within("training.finalLearningRate", training.finalLearningRate(), 0, training.learningRate());
    within("training.weightDecay", training.weightDecay(), 0, 10);
    within("training.beta1", training.beta1(), 0, 0.999999);
    within("training.beta2", training.beta2(), 0, 0.999999);
    within("training.epsilon", training.epsilon(), 1e-16, 1);
    within("training.clip", training.clip(), 1e-6, 1e9);
    within("training.emaDecay", training.emaDecay(), 0, 0.999999);
    if (training.warmupSteps() > training.steps()) {
      throw new BadInput(
          "training.warmupSteps: %d, expected at most training.steps = %d"
              .formatted(training.warmupSteps(), training.steps()));
    }
    if (training.batch() % training.microBatch() != 0) {
      throw new BadInput(
          "training.microBatch: %d, expected a divisor of training.batch = %d"
              .formatted(training.microBatch(), training.batch()));
    }
  }

  private static void like(String key, @Nullable String value, String pattern, String expected) {
    if (value == null || !value.matches(pattern)) {
      throw new BadInput(
          "%s: %s, expected %s".formatted(key, value == null ? "missing" : value, expected));
    }
  }

  private static void atLeast(String key, long value, long least) {
    if (value < least) {
      throw new BadInput("%s: %d, expected at least %d".formatted(key, value, least));
    }
  }

  private static void within(String key, long value, long least, long most) {
    if (value < least || value > most) {
      throw new BadInput("%s: %d, expected between %d and %d".formatted(key, value, least, most));
    }
  }

  private static void within(String key, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw new BadInput("%s: %s, expected between %s and %s".formatted(key, value, least, most));
    }
  }
}
