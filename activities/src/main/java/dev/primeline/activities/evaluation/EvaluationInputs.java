package dev.primeline.activities.evaluation;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.evaluation.EvaluationRequest;

/**
 * Everything that decides an evaluation's numbers: equal inputs, equal artifact key.
 *
 * @param format version of the stored form and of the estimator behind it
 * @param checkpoint SHA-256 of the checkpoint's manifest
 * @param training hash of the training
 * @param family shown name
 * @param corpus hash of the corpus whose held-out text was scored
 * @param subTokenizer hash of the bijection
 * @param draws mask draws per window
 * @param maxTokens limit on the scored tokens; 0 = all
 * @param maskError largest relative mask error; 0 = a number of draws
 * @param tokenMaskDraws draws per window of the TOKEN-mask bound; 0 = none
 * @param samplerSteps T of the sampler's bound; 0 = none
 */
public record EvaluationInputs(
    int format,
    String checkpoint,
    String training,
    String family,
    String corpus,
    String subTokenizer,
    int draws,
    long maxTokens,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) double maskError,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) int tokenMaskDraws,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) int samplerSteps) {
  private static final int FORMAT = 1;

  /** Since a wanted mask error is reached with the draws' weights as a control variate. */
  private static final int TARGETED_FORMAT = 2;

  static EvaluationInputs of(EvaluationRequest request) {
    return new EvaluationInputs(
        request.settings().targeted() ? TARGETED_FORMAT : FORMAT,
        request.checkpoint().sha256(),
        request.training().hash(),
        request.training().family().name(),
        request.training().corpusHash(),
        request.training().subTokenizerHash(),
        request.settings().draws(),
        request.settings().maxTokens(),
        request.settings().maskError(),
        request.settings().tokenMaskDraws(),
        request.settings().samplerSteps());
  }

  /** Where the evaluation is stored. */
  String key() {
    return "evaluations/" + Hashes.key(this) + ".json";
  }

  /** Where its forward passes are remembered until it is done. */
  String folder() {
    return "evaluations/" + Hashes.key(this) + "/";
  }
}
