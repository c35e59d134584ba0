package dev.primeline.activities.checkpoints;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.DamagedArtifactException;
import dev.primeline.activities.model.HostTensor;
import dev.primeline.activities.training.SavedCheckpoint;
import dev.primeline.activities.training.StepMetrics;
import dev.primeline.activities.training.TrainingPast;
import dev.primeline.activities.training.TrainingState;
import dev.primeline.activities.weights.Safetensors;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.artifact.Hashes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A checkpoint as its manifest names it. Every file is verified when it is read. */
public final class CommittedCheckpoint {

  private static final Logger LOG = LoggerFactory.getLogger(CommittedCheckpoint.class);
  private static final ObjectMapper JSON = JsonMapper.builder().build();

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

  /**
   * Opens a checkpoint by its manifest's key.
   *
   * @throws DamagedArtifactException when what is there is not its manifest
   */
  public static CommittedCheckpoint open(ArtifactStore store, String key) throws IOException {
    byte[] json = store.read(key);
    Manifest manifest = Manifest.unseal(json, key);
    Layout layout = new Layout(manifest.training(), manifest.branch());
    if (!key.startsWith(layout.step(manifest.step()))) {
      throw new DamagedArtifactException(
          "%s: the manifest of %s, expected its own".formatted(key, layout.step(manifest.step())));
    }
    return new CommittedCheckpoint(
        store, new ArtifactRef(key, Hashes.sha256(json), json.length), manifest);
  }

  /**
   * Reads the files that a continuation needs. The log is not among them: weights are not given up
   * because a line about them is lost.
   *
   * @throws DamagedArtifactException naming the file that is not what the manifest says
   */
  public void verify() throws IOException {
    for (ArtifactRef file : manifest.own()) {
      fetchStored(file);
    }
  }

  /**
   * Reads every file, the log too, from the store itself and not from a cache.
   *
   * @return a sentence per file that is not what the manifest says
   */
  public List<String> damage() throws IOException {
    List<String> damage = new ArrayList<>();
    for (ArtifactRef file : manifest.files()) {
      try (InputStream in = store.open(file.key())) {
        MessageDigest digest = Hashes.sha256();
        byte[] buffer = new byte[1 << 20];
        long bytes = 0;
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          digest.update(buffer, 0, n);
          bytes += n;
        }
        String sha256 = HexFormat.of().formatHex(digest.digest());
        if (bytes != file.bytes() || !sha256.equals(file.sha256())) {
          damage.add(
              "%s: %d bytes with SHA-256 %s, expected %d bytes with %s"
                  .formatted(file.key(), bytes, sha256, file.bytes(), file.sha256()));
        }
      } catch (NoSuchFileException e) {
        damage.add("%s: missing, expected %d bytes".formatted(file.key(), file.bytes()));
      }
    }
    return damage;
  }

  /** Size of everything that a continuation reads. */
  public long bytes() {
    return manifest.own().stream().mapToLong(ArtifactRef::bytes).sum();
  }

  /** A copy that only this machine's cache still has would leave other workers with nothing. */
  private Path fetchStored(ArtifactRef ref) throws IOException {
    if (!store.exists(ref.key())) {
      throw new NoSuchFileException(store.uri(ref.key()).toString());
    }
    return store.fetch(ref);
  }

  Manifest manifest() {
    return manifest;
  }

  /** What the training hands to its workflow. */
  public SavedCheckpoint saved() {
    return new SavedCheckpoint(manifest.step(), ref, manifest.scored());
  }

  /** What the model is scored with, in layout order: the average where one is kept. */
  public List<HostTensor> weights() throws IOException {
    return Safetensors.read(store.fetch(manifest.scored())).tensors();
  }

  /**
   * Everything that a training needs to go on.
   *
   * @throws DamagedArtifactException also when there was none: the model was trained elsewhere
   */
  TrainingState state() throws IOException {
    ArtifactRef optimizer = manifest.optimizer();
    ArtifactRef rest = manifest.state();
    if (optimizer == null || rest == null) {
      throw new DamagedArtifactException(
          "%s: weights without an optimiser's state, expected a training's own checkpoint"
              .formatted(ref.key()));
    }
    TrainingState state =
        StateFile.read(
            fetchStored(manifest.model()),
            manifest.ema() == null ? null : fetchStored(manifest.ema()),
            fetchStored(optimizer),
            fetchStored(rest));
    if (state.step() != manifest.step()) {
      throw new DamagedArtifactException(
          "%s: step %d, expected %d".formatted(rest.key(), state.step(), manifest.step()));
    }
    return state;
  }

  /** What the training remembers of its way. */
  public TrainingPast past() throws IOException {
    ArtifactRef rest = manifest.state();
    return rest == null ? TrainingPast.NONE : StateFile.parse(store.fetch(rest)).remembered();
  }

  /**
   * The log of the training up to this checkpoint, each step once, in order. Lines of a part that
   * is damaged or gone are missing, with a warning.
   */
  public List<StepMetrics> metrics() throws IOException {
    List<StepMetrics> lines = new ArrayList<>();
    for (ArtifactRef part : manifest.metrics()) {
      try {
        for (String line : Files.readAllLines(store.fetch(part), StandardCharsets.UTF_8)) {
          lines.add(JSON.readValue(line, StepMetrics.class));
        }
      } catch (DamagedArtifactException | NoSuchFileException e) {
        LOG.warn("a part of the training log is lost, the weights are not: {}", e.getMessage());
      }
    }
    return lines;
  }
}
