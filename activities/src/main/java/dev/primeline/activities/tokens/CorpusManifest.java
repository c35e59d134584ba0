package dev.primeline.activities.tokens;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.corpus.CorpusResult;
import dev.primeline.workflows.experiment.SyntheticSource;
import dev.primeline.workflows.experiment.Tokenizer;
import dev.primeline.workflows.experiment.TokenizerFile;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What a prepared corpus is: the last object written, and the only one that counts.
 *
 * @param schemaVersion of this record, {@link #SCHEMA_VERSION}
 * @param hash of everything that decides the tokens
 * @param tokenizer how text became tokens
 * @param vocabularySize token ids, the separator among them
 * @param train tokens to learn from
 * @param heldout tokens to score
 * @param heldoutBytes UTF-8 bytes of the held-out text, 0 for a synthetic source
 * @param unigramNatsPerToken cross entropy of the held-out tokens under add-one counts of the
 *     training tokens
 * @param sourceEntropyNatsPerToken mean of -log p* over the held-out text, null for text
 * @param inputFiles files that were read, 0 for a synthetic source
 * @param inputBytes their length
 * @param synthetic how to rebuild the exact source, null for text
 * @param tokenizerFile the tokenizer's file; otherwise null, and no key of the JSON
 * @param card a {@link CorpusCard}; null, and no key of the JSON, for a synthetic source and for
 *     text that an earlier version prepared
 */
public record CorpusManifest(
    int schemaVersion,
    String hash,
    Tokenizer tokenizer,
    int vocabularySize,
    TokenSplit train,
    TokenSplit heldout,
    long heldoutBytes,
    double unigramNatsPerToken,
    @Nullable Double sourceEntropyNatsPerToken,
    int inputFiles,
    long inputBytes,
    @Nullable Origin synthetic,
    @JsonInclude(JsonInclude.Include.NON_NULL) TokenizerFile.@Nullable Found tokenizerFile,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable ArtifactRef card) {

  /** The version that this program writes and reads. */
  public static final int SCHEMA_VERSION = 1;

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  /**
   * Where the sequences of a synthetic corpus came from.
   *
   * @param source the specification
   * @param seed of matrices and sequences
   * @param length symbols per sequence
   */
  public record Origin(SyntheticSource source, long seed, int length) {}

  /** The id between documents: the last one, unless the tokenizer is a file. */
  int separator() {
    return tokenizerFile == null ? vocabularySize - 1 : tokenizerFile.separator();
  }

  /**
   * How text becomes tokens.
   *
   * @throws dev.primeline.workflows.experiment.BadInput for a synthetic source
   */
  public TextTokenizer textTokenizer(ArtifactStore store) throws IOException {
    return TextTokenizer.of(tokenizer, tokenizerFile, store);
  }

  /** As stored. */
  byte[] toJson() throws IOException {
    return JSON.writeValueAsBytes(this);
  }

  /** As read back; throws when it is no manifest of this version. */
  static CorpusManifest fromJson(byte[] json) throws IOException {
    CorpusManifest manifest = JSON.readValue(json, CorpusManifest.class);
    if (manifest.schemaVersion != SCHEMA_VERSION) {
      throw new IOException(
          "corpus manifest: schemaVersion %d; expected %d"
              .formatted(manifest.schemaVersion, SCHEMA_VERSION));
    }
    return manifest;
  }

  /** The facts of a corpus that this call made. */
  CorpusResult made(ArtifactRef reference) {
    return result(reference, false);
  }

  /** The facts of a corpus that was there already. */
  CorpusResult found(ArtifactRef reference) {
    return result(reference, true);
  }

  private CorpusResult result(ArtifactRef reference, boolean reused) {
    return new CorpusResult(
        reference,
        hash,
        vocabularySize,
        train.tokens(),
        heldout.tokens(),
        train.documents(),
        heldout.documents(),
        heldoutBytes,
        unigramNatsPerToken,
        sourceEntropyNatsPerToken,
        reused);
  }
}
