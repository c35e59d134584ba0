package dev.primeline.activities.checkpoints;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.DamagedArtifactException;
import dev.primeline.activities.training.StepMetrics;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The committed checkpoints of one branch of a training, for whoever only looks. */
public final class TrainingBranch {

  private static final String TRAININGS = "trainings/";

  private final ArtifactStore store;
  private final Layout layout;

  /**
   * @param training its hash
   * @param branch of it
   */
  public TrainingBranch(ArtifactStore store, String training, String branch) {
    this.store = store;
    this.layout = new Layout(training, branch);
  }

  /**
   * A manifest, whether or not what it names is still whole.
   *
   * @param step optimiser steps done
   * @param manifest its key
   */
  public record Commit(long step, String manifest) {}

  /** The branches of a training that have anything, in the order of their names. */
  public static List<String> names(ArtifactStore store, String training) throws IOException {
    String folder = TRAININGS + training + "/";
    return store.list(folder).stream()
        .map(key -> key.substring(folder.length()))
        .filter(key -> key.contains("/"))
        .map(key -> key.substring(0, key.indexOf('/')))
        .distinct()
        .toList();
  }

  /** Where all of it is; ends in a slash. */
  public String folder() {
    return layout.folder();
  }

  /** What is committed, the lowest step first; a step has several where one was damaged. */
  public List<Commit> commits() throws IOException {
    List<Layout.Commit> newestFirst = layout.commits(store.list(layout.folder()));
    return newestFirst.stream()
        .map(commit -> new Commit(commit.step(), commit.key()))
        .sorted(Comparator.comparingLong(Commit::step))
        .toList();
  }

  /** The log up to the newest checkpoint whose manifest can be read; empty without one. */
  public List<StepMetrics> metrics() throws IOException {
    List<Commit> commits = commits();
    for (int i = commits.size() - 1; i >= 0; i--) {
      Optional<CommittedCheckpoint> checkpoint = read(commits.get(i));
      if (checkpoint.isPresent()) {
        return checkpoint.get().metrics();
      }
    }
    return List.of();
  }

  private Optional<CommittedCheckpoint> read(Commit commit) throws IOException {
    try {
      return Optional.of(CommittedCheckpoint.open(store, commit.manifest()));
    } catch (DamagedArtifactException | NoSuchFileException e) {
      return Optional.empty();
    }
  }
}
