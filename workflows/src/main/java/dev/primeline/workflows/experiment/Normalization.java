package dev.primeline.workflows.experiment;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Which of Unicode's spellings of a character every text is brought to. */
public enum Normalization {
  /** Composed, canonically equal to what it was. */
  @JsonProperty("nfc")
  NFC,
  /** Composed, and compatibility characters (ligatures, wide letters) replaced. */
  @JsonProperty("nfkc")
  NFKC
}
