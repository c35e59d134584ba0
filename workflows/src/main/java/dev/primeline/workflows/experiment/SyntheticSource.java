package dev.primeline.workflows.experiment;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * A source whose every sequence has a computable probability, so that a likelihood can be checked
 * against the truth.
 *
 * <p>Both kinds are a hidden Markov chain over {@code states} with stationary start; a Markov chain
 * is the case where a state emits its own symbol. Rows of the transition (and emission) matrix are
 * symmetric Dirichlet draws.
 *
 * @param kind markov or hmm
 * @param symbols size of the alphabet, without the separator
 * @param states hidden states; a Markov chain has as many as symbols
 * @param concentration of the Dirichlet rows; smaller is more predictable
 * @param trainSequences how many sequences of the model's length to train on
 * @param heldoutSequences how many to score
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record SyntheticSource(
    Kind kind,
    int symbols,
    int states,
    double concentration,
    int trainSequences,
    int heldoutSequences) {

  /** The family of source. */
  public enum Kind {
    /** A first-order Markov chain over symbols. */
    @JsonProperty("markov")
    MARKOV,
    /** A hidden Markov model. */
    @JsonProperty("hmm")
    HMM
  }
}
