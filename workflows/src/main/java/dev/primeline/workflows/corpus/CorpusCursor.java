package dev.primeline.workflows.corpus;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.primeline.workflows.artifact.ArtifactRef;
import org.jspecify.annotations.Nullable;

/**
 * Where a preparation stands that goes on in a fresh history.
 *
 * @param request what was asked for
 * @param stage what is under way
 * @param of its files while they are read, its plan afterwards; null before
 * @param count steps of the stage
 * @param next the first step of it that is to be done
 * @param bytes that the stage deals with in all
 * @param bytesDone of them
 * @param tokens that came out so far
 * @param duplicates documents to leave out; null for none
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record CorpusCursor(
    CorpusRequest request,
    Stage stage,
    @Nullable ArtifactRef of,
    int count,
    int next,
    long bytes,
    long bytesDone,
    long tokens,
    @Nullable ArtifactRef duplicates) {

  /** A preparation that has not begun. */
  public static CorpusCursor beginning(CorpusRequest request) {
    return new CorpusCursor(request, Stage.BEGIN, null, 0, 0, 0, 0, 0, null);
  }

  /** What takes long. */
  public enum Stage {
    BEGIN("look for the text"),
    HASH_FILES("hash the files"),
    HASH_DOCUMENTS("hash the documents"),
    TOKENIZE("tokenize");

    private final String words;

    Stage(String words) {
      this.words = words;
    }

    /** For people. */
    public String words() {
      return words;
    }
  }
}
