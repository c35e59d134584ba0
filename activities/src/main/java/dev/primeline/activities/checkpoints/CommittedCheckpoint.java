package dev.primeline.activities.checkpoints;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.DamagedArtifactException;
import dev.primeline.activities.model.HostTensor;
import dev.primeline.activities.model.ModelState;
import dev.primeline.activities.training.SavedCheckpoint;
import dev.primeline.activities.training.StepMetrics;
import dev.primeline.activities.training.TrainingState;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A checkpoint as its manifest names it. Every file is verified when it is read. */
public final class CommittedCheckpoint {

  static final String FIRST_MOMENT = "exp_avg.";
  static final String SECOND_MOMENT = "exp_avg_sq.";
  static final ObjectMapper JSON = JsonMapper.builder().build();

  private final ArtifactStore store;
  private final ArtifactRef ref;
  private final Manifest manifest;

  private CommittedCheckpoint(ArtifactStore store, ArtifactRef ref, Manifest manifest) {
    this.store = store;
    this.ref = ref;
    this.manifest = manifest;
  }

  /**
   * Opens a checkpoint by the reference that travels in histories.
   *
   * @throws DamagedArtifactException when the manifest is not the one referred to
   */
  public static CommittedCheckpoint open(ArtifactStore store, ArtifactRef manifest)
      throws IOException {
    CommittedCheckpoint opened = open(store, manifest.key());
    if (!opened.ref.equals(manifest)) {
      throw new DamagedArtifactException(
          "%s: SHA-256 %s, expected %s"
              .formatted(manifest.key(), opened.ref.sha256(), manifest.sha256()));
    }
    return opened;
  }

  static CommittedCheckpoint open(ArtifactStore store, String key) throws IOException {
    byte[] json = store.read(key);
    ArtifactRef ref = new ArtifactRef(key, Hashes.sha256(json), json.length);
    try {
      JsonNode tree = JSON.readTree(json);
      int version = tree.path("formatVersion").asInt(-1);
      if (version > Manifest.FORMAT_VERSION) {
        throw new BadInput(
            "%s: format version %d, expected at most %d: it was written by a newer Primeline"
                .formatted(key, version, Manifest.FORMAT_VERSION));
      }
      return new CommittedCheckpoint(store, ref, JSON.treeToValue(tree, Manifest.class));
    } catch (JsonProcessingException | NullPointerException e) {
      throw new DamagedArtifactException("%s is not a checkpoint's manifest".formatted(key));
    }
  }

  /**
   * Reads every file that the manifest names, so that a checkpoint that verifies is whole.
   *
   * @throws DamagedArtifactException naming the file that is not what the manifest says
   */
  void verify() throws IOException {
    store.fetch(manifest.model());
    store.fetch(manifest.optimizer());
    store.fetch(manifest.state());
    for (ArtifactRef part : manifest.metrics()) {
      store.fetch(part);
    }
  }

  Manifest manifest() {
    return manifest;
  }

  /** What the training hands to its workflow. */
  public SavedCheckpoint saved() {
    return new SavedCheckpoint(manifest.step(), ref, manifest.model());
  }

  /** The weights alone, in layout order. */
  public List<HostTensor> weights() throws IOException {
    return Safetensors.read(store.fetch(manifest.model())).tensors();
  }

  /** Everything that a training needs to go on. */
  TrainingState state() throws IOException {
    StateFile state;
    try {
      state = JSON.readValue(Files.readAllBytes(store.fetch(manifest.state())), StateFile.class);
    } catch (JsonProcessingException e) {
      throw new DamagedArtifactException(
          "%s is not a training's state".formatted(manifest.state().key()));
    }
    Path optimizer = store.fetch(manifest.optimizer());
    List<HostTensor> first = new ArrayList<>();
    List<HostTensor> second = new ArrayList<>();
    for (HostTensor moment : Safetensors.read(optimizer).tensors()) {
      if (moment.name().startsWith(SECOND_MOMENT)) {
        second.add(renamed(moment, moment.name().substring(SECOND_MOMENT.length())));
      } else {
        first.add(renamed(moment, moment.name().substring(FIRST_MOMENT.length())));
      }
    }
    ModelState model = new ModelState(weights(), first, second, state.updates());
    return new TrainingState(state.step(), model, state.fingerprint());
  }

  /** The whole log of the training up to this checkpoint, each step once, in order. */
  public List<StepMetrics> metrics() throws IOException {
    List<StepMetrics> lines = new ArrayList<>();
    for (ArtifactRef part : manifest.metrics()) {
      for (String line : Files.readAllLines(store.fetch(part), StandardCharsets.UTF_8)) {
        lines.add(JSON.readValue(line, StepMetrics.class));
      }
    }
    return lines;
  }

  static HostTensor renamed(HostTensor tensor, String name) {
    return new HostTensor(name, tensor.shape(), tensor.values());
  }

  /** state.json: what is neither weight nor moment. */
  record StateFile(int formatVersion, long step, long updates, Map<String, String> fingerprint) {}
}
