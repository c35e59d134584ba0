package dev.primeline.workflows.experiment;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * How the final score is taken. The last three are no keys of the JSON where they are 0, so that
 * hashes are what they were before these settings existed.
 *
 * @param draws stratified mask draws K per window (METHOD section 3)
 * @param maxTokens score at most this many held-out tokens, whole windows from the beginning; 0 =
 *     all
 * @param maskError draw masks until the mask error is at most this share of the score, whatever
 *     {@code draws} says; 0 = take {@code draws}
 * @param tokenMaskDraws draws per window for the TOKEN-mask bound; 0 = do not take it
 * @param samplerSteps T of the T-step sampler's bound, which takes {@code draws} draws per window;
 *     0 = do not take it
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record EvaluationSettings(
    int draws,
    long maxTokens,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) double maskError,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) int tokenMaskDraws,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) int samplerSteps) {

  /** A fixed number of draws, and no other bound. */
  public EvaluationSettings(int draws, long maxTokens) {
    this(draws, maxTokens, 0, 0, 0);
  }

  /** Whether draws go on until the mask error is small enough. */
  public boolean targeted() {
    return maskError > 0;
  }
}
