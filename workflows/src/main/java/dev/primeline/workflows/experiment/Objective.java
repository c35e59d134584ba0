package dev.primeline.workflows.experiment;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What training minimises. Reported numbers are always the bound (or ARM's exact likelihood). */
public enum Objective {
  /** The NELBO: the sum of the masked digits' marginal costs. For ARM, next-token cross entropy. */
  @JsonProperty("bound")
  BOUND,
  /** The papers' joint form: a proper score of the token posterior, not a bound for ell above 1. */
  @JsonProperty("joint")
  JOINT
}
