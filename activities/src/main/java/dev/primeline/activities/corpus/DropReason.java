package dev.primeline.activities.corpus;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Why a document of the input is none of the corpus. */
public enum DropReason {
  /** Nothing but white space. */
  @JsonProperty("blank")
  BLANK("blank"),
  /** The same text has been before. */
  @JsonProperty("duplicate")
  DUPLICATE("duplicate"),
  /** Bytes that are no UTF-8. */
  @JsonProperty("invalid-utf8")
  INVALID_UTF8("invalid UTF-8"),
  /** A NUL byte, which no text has. */
  @JsonProperty("nul-byte")
  NUL_BYTE("a NUL byte"),
  /** A line that is no JSON object. */
  @JsonProperty("broken-json")
  BROKEN_JSON("broken JSON"),
  /** A JSON object without a string in the field of the text. */
  @JsonProperty("no-text")
  NO_TEXT("no text in its field"),
  /** More than a document may have. */
  @JsonProperty("too-long")
  TOO_LONG("too long");

  private final String words;

  DropReason(String words) {
    this.words = words;
  }

  /** In a sentence. */
  public String words() {
    return words;
  }
}
