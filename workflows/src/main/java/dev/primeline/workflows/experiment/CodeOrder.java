package dev.primeline.workflows.experiment;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Which token gets which code (METHOD: all are valid, the bound does not care, the model does). */
public enum CodeOrder {
  /** A token's code is its own id. */
  @JsonProperty("index")
  INDEX,
  /** A seeded random permutation of [0, V): the choice of MDM-Prime-v2 (arXiv 2603.16077). */
  @JsonProperty("shuffled")
  SHUFFLED,
  /** A seeded random injection of [0, V) into all base^ell codes. */
  @JsonProperty("all-codes")
  ALL_CODES,
  /** The most frequent token of the training text has code 0, and so on. */
  @JsonProperty("frequency")
  FREQUENCY,
  /**
   * Tokens that stand among the same neighbours in the training text share leading digits: METHOD
   * section 1.
   */
  @JsonProperty("distributional")
  DISTRIBUTIONAL,
  /** What a {@link CodesFile} says. */
  @JsonProperty("imported")
  IMPORTED;

  /** Whether sizes and a seed decide it. */
  public boolean drawn() {
    return !learnt() && this != IMPORTED;
  }

  /** Whether the training text decides it. */
  public boolean learnt() {
    return this == FREQUENCY || this == DISTRIBUTIONAL;
  }
}
