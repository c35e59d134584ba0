package dev.primeline.workflows.experiment;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Which positions a position may look at. */
public enum Attention {
  /** Earlier positions only: autoregressive. */
  @JsonProperty("causal")
  CAUSAL,
  /** Every position: masked diffusion. */
  @JsonProperty("full")
  FULL
}
