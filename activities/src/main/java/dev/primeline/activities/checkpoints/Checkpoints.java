package dev.primeline.activities.checkpoints;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.DamagedArtifactException;
import dev.primeline.activities.model.HostTensor;
import dev.primeline.activities.training.CheckpointStore;
import dev.primeline.activities.training.SavedCheckpoint;
import dev.primeline.activities.training.StepMetrics;
import dev.primeline.activities.training.TrainingState;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.training.TrainingSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of one training, as one execution sees them.
 *
 * <p>Files go to keys of this execution's own; the manifest, created only if no one else has,
 * commits them. So the first commit of a step wins, a half-written checkpoint is invisible, and an
 * execution that was given up cannot harm another.
 */
public final class Checkpoints implements CheckpointStore {

  private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
  private static final String MANIFEST = "/manifest.json";

  private final ArtifactStore store;
  private final TrainingSpec spec;
  private final String folder;
  private final String attempt = UUID.randomUUID().toString().replace("-", "").substring(0, 16);
  private List<ArtifactRef> metrics = List.of();
  private int parts;

  public Checkpoints(ArtifactStore store, TrainingSpec spec) {
    this.store = store;
    this.spec = spec;
    this.folder = "trainings/" + spec.hash() + "/" + spec.branch() + "/";
  }

  @Override
  public Optional<Found> latest() throws IOException {
    List<String> manifests =
        store.list(folder).stream()
            .filter(key -> key.startsWith(folder + "step-") && key.endsWith(MANIFEST))
            .sorted(Comparator.reverseOrder())
            .toList();
    for (String key : manifests) {
      try {
        CommittedCheckpoint checkpoint = CommittedCheckpoint.open(store, key);
        checkpoint.verify();
        Found found = new Found(checkpoint.saved(), checkpoint.state());
        metrics = checkpoint.manifest().metrics();
        return Optional.of(found);
      } catch (DamagedArtifactException | NoSuchFileException e) {
        LOG.warn("{} is damaged, the step before it will do: {}", key, e.getMessage());
      }
    }
    return Optional.empty();
  }

  @Override
  public SavedCheckpoint save(TrainingState state, List<StepMetrics> since) throws IOException {
    String step = folder + "step-%09d".formatted(state.step());
    Optional<SavedCheckpoint> theirs = committedByAnother(step + MANIFEST);
    if (theirs.isPresent()) {
      return theirs.get();
    }
    store.putIfAbsent(folder + "spec.json", json(spec));
    Path scratch = Files.createTempDirectory("primeline-checkpoint");
    try {
      Manifest manifest = upload(step + "/" + attempt + "/", state, since, scratch);
      if (!store.putIfAbsent(step + MANIFEST, json(manifest))) {
        return committedByAnother(step + MANIFEST).orElseThrow();
      }
      metrics = manifest.metrics();
      return CommittedCheckpoint.open(store, step + MANIFEST).saved();
    } finally {
      deleteAll(scratch);
    }
  }

  /**
   * When another execution committed this step first, its checkpoint and its log are the
   * training's. One that no longer verifies is withdrawn: it is what this execution had to fall
   * back from.
   */
  private Optional<SavedCheckpoint> committedByAnother(String manifest) throws IOException {
    if (!store.exists(manifest)) {
      return Optional.empty();
    }
    try {
      CommittedCheckpoint theirs = CommittedCheckpoint.open(store, manifest);
      theirs.verify();
      LOG.info("{} was committed by another execution first", manifest);
      metrics = theirs.manifest().metrics();
      return Optional.of(theirs.saved());
    } catch (DamagedArtifactException | NoSuchFileException e) {
      LOG.warn("{} is damaged and withdrawn: {}", manifest, e.getMessage());
      store.delete(manifest);
      return Optional.empty();
    }
  }

  private Manifest upload(String keys, TrainingState state, List<StepMetrics> since, Path scratch)
      throws IOException {
    Path model = scratch.resolve("model.safetensors");
    Safetensors.write(model, state.model().weights(), Map.of("format", "pt"));
    Path optimizer = scratch.resolve("optimizer.safetensors");
    Safetensors.write(optimizer, moments(state), Map.of());
    Path rest = scratch.resolve("state.json");
    Files.write(
        rest,
        json(
            new CommittedCheckpoint.StateFile(
                Manifest.FORMAT_VERSION,
                state.step(),
                state.model().updates(),
                state.fingerprint())));
    return new Manifest(
        Manifest.FORMAT_VERSION,
        spec.hash(),
        spec.branch(),
        state.step(),
        attempt,
        store.put(keys + "model.safetensors", model),
        store.put(keys + "optimizer.safetensors", optimizer),
        store.put(keys + "state.json", rest),
        logged(since, scratch));
  }

  private static List<HostTensor> moments(TrainingState state) {
    List<HostTensor> moments = new ArrayList<>();
    for (HostTensor first : state.model().firstMoments()) {
      moments.add(
          CommittedCheckpoint.renamed(first, CommittedCheckpoint.FIRST_MOMENT + first.name()));
    }
    for (HostTensor second : state.model().secondMoments()) {
      moments.add(
          CommittedCheckpoint.renamed(second, CommittedCheckpoint.SECOND_MOMENT + second.name()));
    }
    return moments;
  }

  private List<ArtifactRef> logged(List<StepMetrics> since, Path scratch) throws IOException {
    if (since.isEmpty()) {
      return metrics;
    }
    StringBuilder lines = new StringBuilder();
    for (StepMetrics line : since) {
      lines.append(CommittedCheckpoint.JSON.writeValueAsString(line)).append('\n');
    }
    Path part = scratch.resolve("part.jsonl");
    Files.writeString(part, lines, StandardCharsets.UTF_8);
    String key = "%smetrics/%s/part-%05d.jsonl".formatted(folder, attempt, parts++);
    List<ArtifactRef> all = new ArrayList<>(metrics);
    all.add(store.put(key, part));
    return all;
  }

  private static byte[] json(Object value) throws IOException {
    return CommittedCheckpoint.JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(value);
  }

  private static void deleteAll(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
