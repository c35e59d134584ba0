package dev.primeline.workflows.experiment;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Where one document of a plain-text file ends and the next begins. JSONL: one document a line. */
public enum DocumentSplit {
  /** A file is one document. */
  @JsonProperty("file")
  FILE,
  /** Blank lines separate documents. */
  @JsonProperty("blank-line")
  BLANK_LINE,
  /** A line of the form {@code = Title =} (WikiText) or {@code # Title} (Markdown) starts one. */
  @JsonProperty("heading")
  HEADING
}
