package dev.primeline.activities.checkpoints;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.DamagedArtifactException;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.TrainingSettings;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which checkpoints of a training stay: the last ones, every so-many-th, the one with the best
 * held-out score, and whatever a run, an evaluation or a branch refers to.
 */
final class Retention {

  private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

  private final ArtifactStore store;
  private final TrainingSettings settings;
  private final References references;
  private final Map<String, Optional<CommittedCheckpoint>> opened = new HashMap<>();

  Retention(ArtifactStore store, Layout layout, TrainingSettings settings) {
    this.store = store;
    this.settings = settings;
    this.references = new References(store, layout);
  }

  /**
   * Removes what need not stay.
   *
   * @param newest the checkpoint just committed
   * @param before the commits that were there before it; a damaged one is left alone
   */
  void apply(CommittedCheckpoint newest, List<Layout.Commit> before) throws IOException {
    if (settings.keepLast() == 0) {
      return;
    }
    List<CommittedCheckpoint> all = new ArrayList<>(List.of(newest));
    for (Layout.Commit commit : before) {
      if (commit.step() < newest.manifest().step()) {
        open(commit.key()).ifPresent(all::add);
      }
    }
    Set<CommittedCheckpoint> staying = staying(all);
    List<CommittedCheckpoint> leaving =
        all.stream().filter(checkpoint -> !staying.contains(checkpoint)).toList();
    if (leaving.isEmpty()) {
      return;
    }
    Set<String> referred = references.all();
    for (CommittedCheckpoint checkpoint : leaving) {
      ArtifactRef manifest = checkpoint.saved().manifest();
      if (!referred.contains(manifest.key()) && !referred.contains(manifest.sha256())) {
        remove(checkpoint);
      }
    }
  }

  private Optional<CommittedCheckpoint> open(String key) throws IOException {
    Optional<CommittedCheckpoint> known = opened.get(key);
    if (known != null) {
      return known;
    }
    Optional<CommittedCheckpoint> found = Optional.empty();
    try {
      found = Optional.of(CommittedCheckpoint.open(store, key));
    } catch (DamagedArtifactException | NoSuchFileException | BadInput e) {
      LOG.debug("{} is damaged, or a newer program's: it is left alone", key, e);
    }
    opened.put(key, found);
    return found;
  }

  /** Of all, newest first. */
  private Set<CommittedCheckpoint> staying(List<CommittedCheckpoint> all) {
    Set<CommittedCheckpoint> staying = new HashSet<>();
    all.stream().limit(settings.keepLast()).forEach(staying::add);
    all.stream()
        .filter(c -> settings.keepEvery() > 0 && c.manifest().step() % settings.keepEvery() == 0)
        .forEach(staying::add);
    all.stream()
        .filter(c -> c.manifest().heldoutNats() != null)
        .min(Comparator.comparingDouble(c -> Objects.requireNonNull(c.manifest().heldoutNats())))
        .ifPresent(staying::add);
    return staying;
  }

  /** The manifest first: what it named does not exist from then on. The log stays. */
  private void remove(CommittedCheckpoint checkpoint) throws IOException {
    Manifest manifest = checkpoint.manifest();
    String key = checkpoint.saved().manifest().key();
    store.delete(key);
    for (ArtifactRef file : manifest.own()) {
      store.delete(file.key());
    }
    opened.remove(key);
    LOG.info("{} is removed: training.keepLast is {}", key, settings.keepLast());
  }
}
