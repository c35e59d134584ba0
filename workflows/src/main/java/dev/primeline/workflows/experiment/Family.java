package dev.primeline.workflows.experiment;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * One row of METHOD section 1: everything in which ARM, MDM, MDM-Prime and MDM-Prime-v2 differ.
 *
 * @param name shown in tables; unique in an experiment
 * @param attention causal only for ARM
 * @param ell sub-tokens ("digits") per token
 * @param base values of a digit; base^ell is at least the vocabulary's size
 * @param order which token gets which code
 * @param head what the last layer scores
 * @param objective what training minimises
 * @param codes where an imported order's codes are; otherwise null, and no key of the JSON
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Family(
    String name,
    Attention attention,
    int ell,
    int base,
    CodeOrder order,
    Head head,
    Objective objective,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable CodesFile codes) {

  /** A family whose codes are not imported. */
  public Family(
      String name,
      Attention attention,
      int ell,
      int base,
      CodeOrder order,
      Head head,
      Objective objective) {
    this(name, attention, ell, base, order, head, objective, null);
  }

  /** True for the autoregressive family, whose score is an exact likelihood. */
  public boolean autoregressive() {
    return attention == Attention.CAUSAL;
  }
}
