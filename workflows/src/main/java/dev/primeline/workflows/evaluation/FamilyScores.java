package dev.primeline.workflows.evaluation;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A family's likelihood on the held-out text.
 *
 * @param nelboNatsPerToken the bound (ARM: the exact negative log-likelihood), summed over the set,
 *     per scored token
 * @param maskError standard error of the mask draws on this text; 0 for ARM
 * @param textError standard error over documents (or blocks)
 * @param standardError both together
 * @param textClusters what the text error is over
 * @param perplexity exp of the bound
 * @param bitsPerByte of exactly the scored tokens; null without text
 * @param publishedEstimator the papers' joint form, nats per token: not a bound; null where
 *     undefined
 * @param tokensScored tokens counted
 * @param curve mean masked cost per masked digit in equal bins of the mask ratio, for the report;
 *     empty for ARM
 * @param draws mask draws per window that were taken; 1 for ARM, null in older evaluations
 * @param words whitespace-separated words of exactly the scored text; null without text
 * @param wordPerplexity exp of the nats of the whole text per word; null without text
 * @param target what was asked of the mask error; null when a number of draws was asked for
 * @param otherBounds bounds on other likelihoods than the random-order process's: never a headline
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record FamilyScores(
    double nelboNatsPerToken,
    double maskError,
    double textError,
    double standardError,
    TextClusters textClusters,
    double perplexity,
    @Nullable Double bitsPerByte,
    @Nullable Double publishedEstimator,
    long tokensScored,
    List<CurvePoint> curve,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer draws,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long words,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double wordPerplexity,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable MaskTarget target,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<OtherBound> otherBounds) {

  /** Older evaluations have no other bounds. */
  public FamilyScores {
    otherBounds = otherBounds == null ? List.of() : List.copyOf(otherBounds);
  }

  /** The scores of a text without words, under a number of draws that nobody noted. */
  public FamilyScores(
      double nelboNatsPerToken,
      double maskError,
      double textError,
      double standardError,
      TextClusters textClusters,
      double perplexity,
      @Nullable Double bitsPerByte,
      @Nullable Double publishedEstimator,
      long tokensScored,
      List<CurvePoint> curve) {
    this(
        nelboNatsPerToken,
        maskError,
        textError,
        standardError,
        textClusters,
        perplexity,
        bitsPerByte,
        publishedEstimator,
        tokensScored,
        curve,
        null,
        null,
        null,
        null,
        List.of());
  }

  /** What the text error is an error over. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record TextClusters(String kind, int count) {}

  /** Mean cost of a masked digit, nats, where this share of digits was masked. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record CurvePoint(double maskRatio, double natsPerMaskedDigit) {}

  /**
   * What was asked of the mask error.
   *
   * @param relative the largest share of the score that it may be
   * @param reached false when the draws ended before
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record MaskTarget(double relative, boolean reached) {}

  /**
   * A valid bound on the likelihood of another process than the score's (METHOD section 3): another
   * number, which compares with its own kind alone.
   *
   * @param name {@code token-masks}, or {@code sampler-T} with the number of steps
   * @param natsPerToken the bound, summed over the set, per scored token
   * @param maskError standard error of the draws on this text
   * @param standardError that and the text's error together
   * @param perplexity exp of the bound
   * @param draws per window
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record OtherBound(
      String name,
      double natsPerToken,
      double maskError,
      double standardError,
      double perplexity,
      int draws) {}
}
