package dev.primeline.workflows.experiment;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What the network's last layer scores. */
public enum Head {
  /** One logit per token of the vocabulary; digit marginals follow by summing over tokens. */
  @JsonProperty("token")
  TOKEN,
  /** {@code ell * (base - 1)} logits, one distribution per digit; no product of vocabulary size. */
  @JsonProperty("sub-token")
  SUB_TOKEN
}
