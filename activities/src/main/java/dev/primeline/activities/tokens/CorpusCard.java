package dev.primeline.activities.tokens;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.corpus.DropReason;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.experiment.Duplicates;
import dev.primeline.workflows.experiment.Normalization;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a corpus of text is made of, for people: the object that its manifest names as its card.
 *
 * @param schemaVersion of this record, 1
 * @param dataset the name that it was asked for by; null for none
 * @param licence what the dataset's publishers say; null where nobody said anything
 * @param normalization that texts went through; null for none
 * @param duplicates what happened to them; null: nothing
 * @param train to learn from
 * @param heldout to score
 * @param dropped documents of the input that are none of the corpus, by reason
 * @param faults what was wrong with the first ones that were at fault
 * @param samples the beginnings of the training documents with the smallest SHA-256
 * @param sources every file that was read
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record CorpusCard(
    int schemaVersion,
    @Nullable String dataset,
    @Nullable String licence,
    @Nullable Normalization normalization,
    @Nullable Duplicates duplicates,
    Side train,
    Side heldout,
    @JsonInclude(JsonInclude.Include.ALWAYS) Map<DropReason, Long> dropped,
    List<String> faults,
    List<Sample> samples,
    List<Source> sources) {

  static final int SCHEMA_VERSION = 1;

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  public CorpusCard {
    faults = List.copyOf(faults);
    samples = List.copyOf(samples);
    sources = List.copyOf(sources);
  }

  /**
   * One side.
   *
   * @param documents in it
   * @param tokens separators included
   * @param textBytes of the documents in UTF-8
   * @param lengths how many documents have 2^i to 2^(i+1) - 1 tokens, the separator included
   */
  public record Side(long documents, long tokens, long textBytes, List<Long> lengths) {}

  /** The beginning of a document. */
  public record Sample(String source, String text) {}

  /** A file. */
  public record Source(String name, long bytes, String sha256) {}

  byte[] toJson() throws IOException {
    return JSON.writeValueAsBytes(this);
  }

  /**
   * Reads the card of a corpus.
   *
   * @throws java.nio.file.NoSuchFileException when it is gone
   */
  public static CorpusCard read(ArtifactStore store, ArtifactRef card) throws IOException {
    return JSON.readValue(Files.readAllBytes(store.fetch(card)), CorpusCard.class);
  }
}
