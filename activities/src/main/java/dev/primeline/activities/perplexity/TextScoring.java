package dev.primeline.activities.perplexity;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.corpus.CorpusSources;
import dev.primeline.activities.evaluation.Evaluation;
import dev.primeline.activities.model.EngineSettings;
import dev.primeline.activities.runs.NamedCheckpoint;
import dev.primeline.activities.tokens.CorpusManifest;
import dev.primeline.activities.tokens.CorpusPreparation;
import dev.primeline.activities.tokens.PreparedCorpus;
import dev.primeline.workflows.corpus.CorpusRequest;
import dev.primeline.workflows.corpus.CorpusResult;
import dev.primeline.workflows.evaluation.EvaluationRequest;
import dev.primeline.workflows.evaluation.EvaluationResult;
import dev.primeline.workflows.evaluation.SelfCheck.Alarm;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.CorpusSpec;
import dev.primeline.workflows.experiment.Tokenizer;
import dev.primeline.workflows.experiment.TokenizerFile;
import dev.primeline.workflows.training.TrainingSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Scores models on texts that need not be those of their runs: each text becomes tokens as the
 * model's own corpus did, and is scored in windows of the model's length like any held-out text.
 * What was scored before is found again; what was killed goes on where it was.
 */
public final class TextScoring {
  private final ArtifactStore store;
  private final Path scratch;
  private final CorpusSources sources;
  private final Evaluation evaluation;

  /**
   * @param store of checkpoints, corpora and evaluations
   * @param scratch an existing folder with room for a shard
   * @param sources the files that an order may name
   * @param engine how networks compute
   */
  public TextScoring(
      ArtifactStore store, Path scratch, CorpusSources sources, EngineSettings engine) {
    this.store = store;
    this.scratch = scratch;
    this.sources = sources;
    this.evaluation = new Evaluation(store, engine);
  }

  /** Hears how far a score is. */
  @FunctionalInterface
  public interface Listener {

    /** A model on a text, and the fraction of it that is done. */
    void heard(String checkpoint, String text, double fraction);
  }

  /**
   * Every model on every text: for each text in turn the models in order.
   *
   * @throws BadInput when a checkpoint or a text is not there, or too short; one sentence
   */
  public List<TextScore> score(TextScoresOrder order, Listener listener) throws IOException {
    List<NamedCheckpoint> models = new ArrayList<>();
    for (String checkpoint : order.checkpoints()) {
      models.add(NamedCheckpoint.find(store, checkpoint));
    }
    List<TextScore> scores = new ArrayList<>();
    for (Map.Entry<String, String> text : order.heldout().entrySet()) {
      for (int i = 0; i < models.size(); i++) {
        NamedCheckpoint model = models.get(i);
        String checkpoint = order.checkpoints().get(i);
        CorpusResult corpus = prepare(order, text, model.training());
        EvaluationResult result =
            evaluation.evaluate(
                new EvaluationRequest(
                    model.training().on(corpus), model.saved().manifest(), order.settings()),
                fraction -> listener.heard(checkpoint, text.getKey(), fraction));
        scores.add(
            new TextScore(
                checkpoint,
                model.saved().step(),
                text.getKey(),
                text.getValue(),
                model.training().family().autoregressive() ? "=" : "<=",
                result.scores(),
                alarms(checkpoint, text.getKey(), result),
                result.artifact().key()));
      }
    }
    return scores;
  }

  private CorpusResult prepare(
      TextScoresOrder order, Map.Entry<String, String> text, TrainingSpec training)
      throws IOException {
    CorpusManifest learnt = PreparedCorpus.readManifest(store, training.corpus());
    TokenizerFile.Found file = learnt.tokenizerFile();
    if (learnt.tokenizer() == Tokenizer.SYMBOLS) {
      throw new BadInput(
          "heldout.%s: a text for a model of a synthetic source, expected a model of text"
              .formatted(text.getKey()));
    }
    try {
      return new CorpusPreparation(store, scratch, sources, progress -> {})
          .prepare(
              new CorpusRequest(
                  new CorpusSpec(
                      text.getValue(),
                      text.getValue(),
                      learnt.tokenizer(),
                      order.documents(),
                      "text",
                      0.5,
                      null,
                      file == null ? null : new TokenizerFile(file.file().key(), null, file),
                      null,
                      null,
                      null,
                      null,
                      0),
                  training.model().length(),
                  training.seed()));
    } catch (BadInput e) {
      throw new BadInput("heldout.%s: %s".formatted(text.getKey(), e.getMessage()));
    }
  }

  private static List<String> alarms(String checkpoint, String text, EvaluationResult result) {
    return result.selfCheck().alarms().stream()
        .filter(Alarm::fired)
        .map(
            alarm ->
                "the %s alarm fired for %s on %s: %s"
                    .formatted(alarm.name(), checkpoint, text, alarm.detail()))
        .toList();
  }
}
