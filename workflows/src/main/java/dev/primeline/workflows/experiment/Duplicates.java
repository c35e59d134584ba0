package dev.primeline.workflows.experiment;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What happens to a document whose text, letter for letter, has been before. */
public enum Duplicates {
  /** Only the first in the order of the corpus stays. */
  @JsonProperty("drop")
  DROP
}
