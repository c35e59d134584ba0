package dev.primeline.workflows.experiment;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.primeline.workflows.artifact.ArtifactRef;
import org.jspecify.annotations.Nullable;

/**
 * A Hugging Face tokenizer.json.
 *
 * @param uri where it is: a path, {@code s3://} or {@code https://}
 * @param separator the token that stands between documents, as the file writes it; null: what the
 *     file itself puts before a text, or else its one token of a well-known name
 * @param found what reading the file has shown; null until it is read, and then it decides: the
 *     file may be gone
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TokenizerFile(String uri, @Nullable String separator, @Nullable Found found) {

  /**
   * What is known of a file.
   *
   * @param file its bytes in the store
   * @param vocabularySize the largest id and one
   * @param separator the id that stands between documents and at the head of every window
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Found(ArtifactRef file, int vocabularySize, int separator) {}
}
