package dev.primeline.activities.evaluation;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.checkpoints.TrainedModel;
import dev.primeline.activities.model.Denoiser;
import dev.primeline.activities.model.EngineSettings;
import dev.primeline.activities.tokens.PreparedCorpus;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.evaluation.EvaluationRequest;
import dev.primeline.workflows.evaluation.EvaluationResult;
import dev.primeline.workflows.evaluation.FamilyScores;
import dev.primeline.workflows.evaluation.FamilyScores.MaskTarget;
import dev.primeline.workflows.evaluation.FamilyScores.OtherBound;
import dev.primeline.workflows.evaluation.SelfCheck;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.EvaluationSettings;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.Head;
import dev.primeline.workflows.experiment.Tokenizer;
import dev.primeline.workflows.training.TrainingSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Scores a checkpoint and checks itself, unless that has been done before. */
public final class Evaluation {
  /** So much work a killed evaluation loses at most, and one more forward pass. */
  private static final Duration REMEMBER_EVERY = Duration.ofSeconds(15);

  /** How much of the work the score is held for where other bounds are taken too. */
  private static final int GUESSED_DRAWS = 4;

  private final ArtifactStore store;
  private final KeptEvaluations kept;
  private final EngineSettings engine;
  private final UnaryOperator<Denoiser> pricing;

  /**
   * @param store of corpora, checkpoints and evaluations
   * @param engine how networks compute
   */
  public Evaluation(ArtifactStore store, EngineSettings engine) {
    this(store, engine, UnaryOperator.identity());
  }

  /**
   * @param pricing stands between every denoiser and the estimator: the identity, or in a test a
   *     mistake to be caught
   */
  Evaluation(ArtifactStore store, EngineSettings engine, UnaryOperator<Denoiser> pricing) {
    this.store = store;
    this.kept = new KeptEvaluations(store);
    this.engine = engine;
    this.pricing = pricing;
  }

  /**
   * The stored evaluation of these inputs, or a new one.
   *
   * @param progress told the fraction done after each forward pass
   * @throws BadInput when the text is too short or the model's costs are no numbers
   */
  public EvaluationResult evaluate(EvaluationRequest request, DoubleConsumer progress)
      throws IOException {
    EvaluationInputs inputs = EvaluationInputs.of(request);
    Optional<EvaluationResult> found = kept.find(inputs);
    if (found.isPresent()) {
      return found.get();
    }
    TrainingSpec training = request.training();
    PreparedCorpus corpus = PreparedCorpus.open(store, training.corpus());
    HeldoutText text =
        HeldoutText.of(
            training,
            corpus,
            corpus.manifest().tokenizer() == Tokenizer.SYMBOLS
                ? null
                : corpus.manifest().textTokenizer(store),
            request.settings().maxTokens());
    Family family = training.family();
    PassLog log = new PassLog(store, inputs.folder(), REMEMBER_EVERY);
    OtherBounds others = new OtherBounds(text, family, training.separator(), request.settings());
    ExactCountNelbo.Reached score;
    List<OtherBound> otherBounds;
    try (TrainedModel model = TrainedModel.open(store, training, request.checkpoint(), engine)) {
      Denoiser denoiser = log.logged(pricing.apply(model.network()));
      double share = (double) GUESSED_DRAWS / (GUESSED_DRAWS + others.draws());
      score =
          MaskedScore.of(
              denoiser,
              text.windows(),
              family,
              training.separator(),
              request.settings(),
              fraction -> progress.accept(share * fraction));
      refuseNonsense(score.scores(), request.checkpoint());
      otherBounds =
          others.score(
              denoiser,
              new NetworkReveals(model),
              log,
              fraction -> progress.accept(share + (1 - share) * fraction));
    }
    WindowScores windows = score.scores();
    SelfCheck selfCheck =
        new SelfChecks(engine, pricing, request.settings())
            .run(family, windows.nelbo(), text.truth());
    EvaluationResult result =
        kept.keep(
            StoredEvaluation.of(
                inputs,
                scores(family, score, text, request.settings(), otherBounds),
                selfCheck,
                StoredEvaluation.WindowTable.of(windows, text.clusters())));
    log.forget();
    return result;
  }

  private static void refuseNonsense(WindowScores windows, ArtifactRef checkpoint) {
    for (int w = 0; w < windows.nelbo().length; w++) {
      if (!Double.isFinite(windows.nelbo()[w])) {
        throw new BadInput(
            "%s: held-out window %d costs %s nats, expected a finite number: the weights have"
                    .formatted(checkpoint.key(), w, windows.nelbo()[w])
                + " diverged");
      }
    }
  }

  /** The set's numbers; the joint form only where it is a sum over token posteriors. */
  private static FamilyScores scores(
      Family family,
      ExactCountNelbo.Reached score,
      HeldoutText text,
      EvaluationSettings settings,
      List<OtherBound> otherBounds) {
    WindowScores windows = score.scores();
    ScoreErrors errors = ScoreErrors.of(windows, text.clusters());
    double natsPerToken = windows.natsPerToken();
    boolean jointForm = !family.autoregressive() && family.head() == Head.TOKEN;
    return new FamilyScores(
        natsPerToken,
        errors.mask(),
        errors.text(),
        errors.standard(),
        text.clusters().summary(),
        Math.exp(natsPerToken),
        bitsPerByte(windows, text),
        jointForm ? windows.jointNatsPerToken() : null,
        windows.totalTokens(),
        family.autoregressive() ? List.of() : windows.curve(),
        score.draws(),
        text.words() == 0 ? null : text.words(),
        text.words() == 0 ? null : Math.exp(natsPerToken * windows.totalTokens() / text.words()),
        settings.targeted() ? new MaskTarget(settings.maskError(), score.reached()) : null,
        otherBounds);
  }

  private static @Nullable Double bitsPerByte(WindowScores windows, HeldoutText text) {
    return text.bytes() == 0
        ? null
        : windows.natsPerToken() * windows.totalTokens() / Math.log(2) / text.bytes();
  }
}
