package dev.primeline.activities.checkpoints;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.DamagedArtifactException;
import dev.primeline.activities.artifacts.LocalArtifactStore;
import dev.primeline.activities.batches.Batch;
import dev.primeline.activities.model.EngineSettings;
import dev.primeline.activities.model.HostTensor;
import dev.primeline.activities.model.ReferenceWeights;
import dev.primeline.activities.subtokens.GivenCodes;
import dev.primeline.activities.tokens.FileTokenizer;
import dev.primeline.activities.tokens.PreparedCorpus;
import dev.primeline.activities.weights.WeightsFile;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.corpus.CorpusResult;
import dev.primeline.workflows.experiment.Attention;
import dev.primeline.workflows.experiment.CodeOrder;
import dev.primeline.workflows.experiment.CodesFile;
import dev.primeline.workflows.experiment.CorpusSpec;
import dev.primeline.workflows.experiment.DocumentSplit;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.Head;
import dev.primeline.workflows.experiment.ModelShape;
import dev.primeline.workflows.experiment.Objective;
import dev.primeline.workflows.experiment.Tokenizer;
import dev.primeline.workflows.experiment.TokenizerFile;
import dev.primeline.workflows.training.TrainingSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A tiny checkpoint of the published layout gives here what PyTorch gave it there: the files are
 * written by {@code src/test/python/published_model.py}, whose network shares nothing with ours.
 */
class ModelImportTest {
  private static final int V = 700;

  @TempDir Path folder;
  private ArtifactStore store;
  private JsonNode expected;

  @BeforeEach
  void openStore() throws IOException {
    store = new LocalArtifactStore(folder.resolve("store"));
    expected = new ObjectMapper().readTree(fixture("expected.json").toFile());
  }

  private static Path fixture(String name) {
    return Path.of(Objects.requireNonNull(ModelImportTest.class.getResource(name)).getPath());
  }

  /** The published family: codes of ten digits of base 2 as the permutation gives them. */
  private Family family() throws IOException {
    float[] codes = WeightsFile.read(fixture("permutation.pt")).tensors().get(0).values();
    assertThat(codes).hasSize(1024);
    CodesFile kept =
        GivenCodes.keep(
            store,
            new CodesFile("permutation.pt", null),
            IntStream.range(0, codes.length).mapToLong(x -> (long) codes[x]).toArray());
    return new Family(
        "prime-v2", Attention.FULL, 10, 2, CodeOrder.IMPORTED, Head.TOKEN, Objective.BOUND, kept);
  }

  private CorpusResult llama() throws IOException {
    Path json =
        Path.of(
            Objects.requireNonNull(FileTokenizer.class.getResource("llama-tokenizer.json"))
                .getPath());
    TokenizerFile file =
        FileTokenizer.keep(
            store, new TokenizerFile(json.toString(), null, null), Files.readAllBytes(json));
    return PreparedCorpus.withoutText(
        store,
        new CorpusSpec(
            "unknown",
            null,
            Tokenizer.FILE,
            DocumentSplit.FILE,
            "text",
            0.1,
            null,
            file,
            null,
            null,
            null,
            null,
            0));
  }

  private ArtifactRef imported() throws IOException {
    Family family = family();
    List<HostTensor> tensors = WeightsFile.read(fixture("model.pth")).tensors();
    ModelShape shape =
        ReferenceWeights.shape(
            tensors, expected.get("heads").intValue(), expected.get("length").intValue());
    Path whole = folder.resolve("model.safetensors");
    Files.deleteIfExists(whole);
    WeightsFile.write(whole, ReferenceWeights.fit(family, shape, V, tensors), Map.of());
    return ModelImport.commit(
        store,
        family,
        shape,
        GivenCodes.open(store, family, V),
        llama(),
        1,
        store.put("weights/tiny/model.safetensors", whole));
  }

  private TrainingSpec training(ArtifactRef manifest) throws IOException {
    String folder = manifest.key().replaceFirst("step-.*", "");
    return new ObjectMapper().readValue(store.read(folder + "spec.json"), TrainingSpec.class);
  }

  private static int[] ints(JsonNode array) {
    return IntStream.range(0, array.size()).map(i -> array.get(i).intValue()).toArray();
  }

  @Test
  void logitsAndBoundsAreThoseOfPyTorch() throws IOException {
    ArtifactRef manifest = imported();
    assertThat(expected.get("cases")).hasSize(2);
    try (TrainedModel model =
        TrainedModel.open(store, training(manifest), manifest, EngineSettings.defaults())) {
      for (JsonNode sequence : expected.get("cases")) {
        int[] masks = ints(sequence.get("masks"));
        Batch batch =
            new Batch(1, masks.length, ints(sequence.get("tokens")), masks, new float[] {1});
        assertThat(model.network().costs(batch).marginal()[0])
            .isCloseTo(sequence.get("nats").doubleValue(), within(1e-4));
        JsonNode rows = sequence.get("logits");
        int[] positions = IntStream.range(0, masks.length).toArray();
        model
            .network()
            .logits(
                batch,
                positions,
                (position, logits) -> {
                  assertThat(logits).hasSize(V);
                  for (int v = 0; v < V; v++) {
                    assertThat((double) logits[v])
                        .as("position %d, token %d", position, v)
                        .isCloseTo(rows.get(position).get(v).doubleValue(), within(1e-4));
                  }
                });
      }
    }
  }

  @Test
  void theSameModelIsTheSameCheckpoint() throws IOException {
    assertThat(imported()).isEqualTo(imported());
  }

  @Test
  void noTrainingContinuesIt() throws IOException {
    CommittedCheckpoint checkpoint = CommittedCheckpoint.open(store, imported());
    checkpoint.verify();
    assertThat(checkpoint.damage()).isEmpty();
    assertThat(checkpoint.past().skipped()).isEmpty();
    assertThatThrownBy(checkpoint::state)
        .isInstanceOf(DamagedArtifactException.class)
        .hasMessageContaining("weights without an optimiser's state");
  }
}
