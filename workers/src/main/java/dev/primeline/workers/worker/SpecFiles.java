package dev.primeline.workers.worker;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.DamagedArtifactException;
import dev.primeline.activities.artifacts.Scratch;
import dev.primeline.activities.corpus.CorpusSources;
import dev.primeline.activities.experiment.NamedFiles;
import dev.primeline.activities.model.HostTensor;
import dev.primeline.activities.subtokens.GivenCodes;
import dev.primeline.activities.tokens.FileTokenizer;
import dev.primeline.activities.weights.WeightsFile;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.CodesFile;
import dev.primeline.workflows.experiment.TokenizerFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Reads a specification's files with the rooms that know them. */
public final class SpecFiles implements NamedFiles {

  private static final int MOST_BYTES = 64 << 20;
  private static final ObjectMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private final ArtifactStore store;
  private final CorpusSources sources;

  /**
   * @param store where the files are kept
   * @param sources the files that may be named
   */
  public SpecFiles(ArtifactStore store, CorpusSources sources) {
    this.store = store;
    this.sources = sources;
  }

  /**
   * Reads the caller's own files; the store is opened when there is one to read.
   *
   * @param otherwise the store when the settings name none
   */
  public static ObjectNode readAsCaller(ObjectNode typed, WorkerSettings settings, Path otherwise)
      throws IOException {
    boolean names =
        typed.at("/corpus/tokenizerFile").isObject() || !typed.findParents("codes").isEmpty();
    if (!names) {
      return typed;
    }
    if (settings.temporalAddress().isPresent() && settings.store().isEmpty()) {
      throw new BadInput(
          "PRIMELINE_STORE: not set, expected the store of the workers behind TEMPORAL_ADDRESS");
    }
    try (CorpusSources sources = Stores.sources(settings.withOwnFiles());
        ArtifactStore store = Stores.open(settings, otherwise)) {
      return new SpecFiles(store, sources).read(typed);
    }
  }

  @Override
  public ObjectNode read(ObjectNode typed) throws IOException {
    ObjectNode spec = typed.deepCopy();
    if (spec.path("corpus") instanceof ObjectNode corpus) {
      complete(corpus, "tokenizerFile", "found", "corpus.tokenizerFile");
    }
    int family = 0;
    for (JsonNode entry : spec.path("families")) {
      if (entry instanceof ObjectNode choice) {
        complete(choice, "codes", "stored", "families[%d].codes".formatted(family));
      }
      family++;
    }
    return spec;
  }

  /**
   * What is not of the right form stays as it is: the specification's reader says what is wrong.
   */
  private void complete(ObjectNode owner, String key, String known, String place)
      throws IOException {
    JsonNode file = owner.path(key);
    if (!file.path("uri").isTextual() || file.hasNonNull(known)) {
      return;
    }
    String uri = file.get("uri").textValue();
    try {
      byte[] content = sources.read(uri, MOST_BYTES);
      Object completed =
          key.equals("codes")
              ? GivenCodes.keep(store, new CodesFile(uri, null), codes(uri, content))
              : FileTokenizer.keep(store, JSON.treeToValue(file, TokenizerFile.class), content);
      ((ObjectNode) file).setAll((ObjectNode) JSON.valueToTree(completed));
    } catch (JsonProcessingException e) {
      throw new BadInput("%s: %s".formatted(place, e.getOriginalMessage()));
    }
  }

  /** A JSON array, or the one tensor of whole numbers in a file of tensors. */
  private static long[] codes(String uri, byte[] content) throws IOException {
    if (content.length > 0 && (content[0] == '[' || Character.isWhitespace(content[0]))) {
      return GivenCodes.parse(uri, content);
    }
    try (Scratch scratch = Scratch.open()) {
      Path file = Files.write(scratch.file("codes"), content);
      WeightsFile read = WeightsFile.read(file);
      List<HostTensor> whole =
          read.tensors().stream()
              .filter(tensor -> tensor.shape().length == 1)
              .filter(tensor -> requireNonNull(read.storedAs().get(tensor.name())).whole())
              .toList();
      if (whole.size() != 1) {
        throw new BadInput(
            "%s: %d rows of whole numbers, expected one, the code of every token"
                .formatted(uri, whole.size()));
      }
      float[] values = whole.get(0).values();
      long[] codes = new long[values.length];
      for (int token = 0; token < codes.length; token++) {
        // NaN, which no float holds as a whole number, becomes a code out of range.
        codes[token] = Float.isNaN(values[token]) ? -1 : (long) values[token];
      }
      return codes;
    } catch (DamagedArtifactException e) {
      throw new BadInput("%s: %s".formatted(uri, e.getMessage()));
    }
  }
}
