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
import dev.primeline.workflows.evaluation.SelfCheck;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.Head;
import dev.primeline.workflows.training.TrainingSpec;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Scores a checkpoint and checks itself, unless that has been done before. */
final class Evaluation {
  private final ArtifactStore store;
  private final KeptEvaluations kept;
  private final EngineSettings engine;
  private final UnaryOperator<Denoiser> pricing;

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
  EvaluationResult evaluate(EvaluationRequest request, DoubleConsumer progress) throws IOException {
    EvaluationInputs inputs = EvaluationInputs.of(request);
    Optional<EvaluationResult> found = kept.find(inputs);
    if (found.isPresent()) {
      return found.get();
    }
    TrainingSpec training = request.training();
    HeldoutText text =
        HeldoutText.of(
            training,
            PreparedCorpus.open(store, training.corpus()),
            request.settings().maxTokens());
    WindowScores windows;
    try (TrainedModel model = TrainedModel.open(store, training, request.checkpoint(), engine)) {
      windows =
          new ExactCountNelbo(pricing.apply(model.network()))
              .score(
                  TableDraws.all(text.windows(), training.family(), request.settings().draws()),
                  progress);
    }
    refuseNonsense(windows, request.checkpoint());
    SelfCheck selfCheck =
        new SelfChecks(engine, pricing).run(training.family(), windows.nelbo(), text.truth());
    return kept.keep(
        StoredEvaluation.of(
            inputs,
            scores(training.family(), windows, text),
            selfCheck,
            StoredEvaluation.WindowTable.of(windows, text.clusters())));
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
  static FamilyScores scores(Family family, WindowScores windows, HeldoutText text) {
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
        family.autoregressive() ? List.of() : windows.curve());
  }

  private static @Nullable Double bitsPerByte(WindowScores windows, HeldoutText text) {
    return text.bytes() == 0
        ? null
        : windows.natsPerToken() * windows.totalTokens() / Math.log(2) / text.bytes();
  }
}
