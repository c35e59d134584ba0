package dev.primeline.workflows.evaluation;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
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
    java.util.List<CurvePoint> curve) {

  /** What the text error is an error over. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record TextClusters(String kind, int count) {}

  /** Mean cost of a masked digit, nats, where this share of digits was masked. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record CurvePoint(double maskRatio, double natsPerMaskedDigit) {}
}
