package dev.primeline.activities.checkpoints;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.DamagedArtifactException;
import dev.primeline.activities.artifacts.Scratch;
import dev.primeline.activities.training.CheckpointStore;
import dev.primeline.activities.training.SavedCheckpoint;
import dev.primeline.activities.training.StepMetrics;
import dev.primeline.activities.training.SupersededException;
import dev.primeline.activities.training.TrainingState;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.experiment.BranchPoint;
import dev.primeline.workflows.training.TrainingSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of one training, as one execution sees them.
 *
 * <p>Files go to keys of this execution's own; the manifest, created only if no one else has,
 * commits them. So the first commit of a step wins, a half-written checkpoint is invisible, and an
 * execution that was given up cannot harm another: it finds itself superseded and stops. Nothing
 * that a manifest names is deleted or replaced here: where a committed checkpoint no longer
 * verifies, its step gets a further manifest.
 */
public final class Checkpoints implements CheckpointStore {

  private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private final ArtifactStore store;
  private final TrainingSpec spec;
  private final Layout layout;
  private final Retention retention;
  private final String attempt = UUID.randomUUID().toString().replace("-", "").substring(0, 16);
  private final List<String> passedOver = new ArrayList<>();
  private final Set<String> known = new HashSet<>();
  private List<ArtifactRef> metrics = List.of();
  private int parts;

  public Checkpoints(ArtifactStore store, TrainingSpec spec) {
    this.store = store;
    this.spec = spec;
    this.layout = new Layout(spec.hash(), spec.branch());
    this.retention = new Retention(store, layout, spec.settings());
  }

  @Override
  public Optional<Found> latest() throws IOException {
    List<Layout.Commit> commits = commits();
    commits.forEach(commit -> known.add(commit.key()));
    for (Layout.Commit commit : commits) {
      try {
        CommittedCheckpoint checkpoint = CommittedCheckpoint.open(store, commit.key());
        Found found = new Found(checkpoint.saved(), checkpoint.state());
        metrics = checkpoint.manifest().metrics();
        return Optional.of(found);
      } catch (DamagedArtifactException | NoSuchFileException e) {
        passOver(commit, e);
      }
    }
    BranchPoint from = spec.from();
    return from == null ? Optional.empty() : Optional.of(found(from));
  }

  private Found found(BranchPoint from) throws IOException {
    CommittedCheckpoint parent = CommittedCheckpoint.open(store, from.checkpoint());
    // What the parent logged up to here is the branch's past too.
    metrics = parent.manifest().metrics();
    return new Found(parent.saved(), parent.state());
  }

  /** Damaged checkpoints that this execution met, a sentence each. */
  public List<String> passedOver() {
    return List.copyOf(passedOver);
  }

  private List<Layout.Commit> commits() throws IOException {
    return layout.commits(store.list(layout.folder()));
  }

  @Override
  public SavedCheckpoint save(TrainingState state, List<StepMetrics> since) throws IOException {
    List<Layout.Commit> before = commits();
    requireAhead(state.step(), before);
    @Nullable Manifest manifest = null;
    for (int number = 0; ; number++) {
      Layout.Commit commit = layout.commit(state.step(), number);
      if (!store.exists(commit.key())) {
        manifest = manifest == null ? upload(state, since, number) : manifest;
        if (store.putIfAbsent(commit.key(), manifest.seal())) {
          return committed(CommittedCheckpoint.open(store, commit.key()), before);
        }
      }
      Optional<CommittedCheckpoint> there = verified(commit);
      if (there.isPresent()) {
        return committed(requireOwn(there.get()), before);
      }
    }
  }

  private SavedCheckpoint committed(CommittedCheckpoint checkpoint, List<Layout.Commit> before) {
    known.add(checkpoint.saved().manifest().key());
    metrics = checkpoint.manifest().metrics();
    try {
      retention.apply(checkpoint, before);
    } catch (IOException e) {
      // The checkpoint is safe; what should have left meanwhile leaves after the next.
      LOG.warn("checkpoints of {} stay that need not: {}", layout.folder(), e.toString());
    }
    return checkpoint.saved();
  }

  /** Whoever commits a later step while this execution works is the one that goes on. */
  private void requireAhead(long step, List<Layout.Commit> commits) throws SupersededException {
    for (Layout.Commit commit : commits) {
      if (commit.step() > step && !known.contains(commit.key())) {
        throw superseded(commit.step(), step);
      }
    }
  }

  /** The answer to an own commit may have been lost, and the save been tried again. */
  private CommittedCheckpoint requireOwn(CommittedCheckpoint there) throws SupersededException {
    Manifest manifest = there.manifest();
    if (!manifest.attempt().equals(attempt)) {
      throw superseded(manifest.step(), manifest.step());
    }
    return there;
  }

  private SupersededException superseded(long theirs, long ours) {
    return new SupersededException(
        "%s: another execution has committed step %d, this one stops at step %d"
            .formatted(layout.folder(), theirs, ours));
  }

  private Optional<CommittedCheckpoint> verified(Layout.Commit commit) throws IOException {
    try {
      CommittedCheckpoint checkpoint = CommittedCheckpoint.open(store, commit.key());
      checkpoint.verify();
      return Optional.of(checkpoint);
    } catch (DamagedArtifactException | NoSuchFileException e) {
      passOver(commit, e);
      return Optional.empty();
    }
  }

  private void passOver(Layout.Commit commit, IOException e) {
    String sentence = "checkpoint %s is damaged: %s".formatted(commit.key(), e.getMessage());
    LOG.warn("{}", sentence);
    passedOver.add(sentence);
  }

  private Manifest upload(TrainingState state, List<StepMetrics> since, int number)
      throws IOException {
    store.putIfAbsent(
        layout.specification(), JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(spec));
    // A step that this execution repairs must not meet this execution's own damaged files.
    String keys = layout.step(state.step()) + attempt + (number == 0 ? "" : "-" + number) + "/";
    try (Scratch scratch = Scratch.open()) {
      Path model = scratch.file("model.safetensors");
      Path ema = scratch.file("ema.safetensors");
      Path optimizer = scratch.file("optimizer.safetensors");
      Path rest = scratch.file("state.json");
      StateFile.write(state, model, ema, optimizer, rest);
      return new Manifest(
          Manifest.FORMAT_VERSION,
          spec.hash(),
          spec.branch(),
          state.step(),
          attempt,
          store.put(keys + "model.safetensors", model),
          Files.exists(ema) ? store.put(keys + "ema.safetensors", ema) : null,
          store.put(keys + "optimizer.safetensors", optimizer),
          store.put(keys + "state.json", rest),
          lastScore(since),
          logged(since, scratch.file("part.jsonl")));
    } catch (IOException e) {
      discard(keys);
      throw e;
    }
  }

  /** No manifest will name these files, and on a full disk the next try needs their room. */
  private void discard(String keys) {
    try {
      for (String key : store.list(keys)) {
        store.delete(key);
      }
    } catch (IOException e) {
      LOG.warn("could not remove what was uploaded to {}: {}", keys, e.toString());
    }
  }

  private static @Nullable Double lastScore(List<StepMetrics> since) {
    Double score = null;
    for (StepMetrics line : since) {
      score = line.heldoutNats() == null ? score : line.heldoutNats();
    }
    return score;
  }

  private List<ArtifactRef> logged(List<StepMetrics> since, Path part) throws IOException {
    if (since.isEmpty()) {
      return metrics;
    }
    StringBuilder lines = new StringBuilder();
    for (StepMetrics line : since) {
      lines.append(JSON.writeValueAsString(line)).append('\n');
    }
    Files.writeString(part, lines, StandardCharsets.UTF_8);
    List<ArtifactRef> all = new ArrayList<>(metrics);
    all.add(store.put(layout.metrics(attempt, parts++), part));
    return all;
  }
}
