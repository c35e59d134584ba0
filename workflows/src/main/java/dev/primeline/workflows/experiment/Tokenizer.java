package dev.primeline.workflows.experiment;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * How text becomes tokens. The vocabulary's size counts the separator, its last id but for files.
 */
public enum Tokenizer {
  /** UTF-8 bytes, and 256 as the separator: V = 257. */
  @JsonProperty("bytes")
  BYTES,
  /** GPT-2's byte pair encoding (r50k_base), and 50256 as the separator: V = 50257. */
  @JsonProperty("gpt2")
  GPT2,
  /** The symbols of a synthetic source as they are, and one more id as the separator. */
  @JsonProperty("symbols")
  SYMBOLS,
  /** What a {@link TokenizerFile} says. Its separator may be any of its ids. */
  @JsonProperty("file")
  FILE
}
