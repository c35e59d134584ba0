package dev.primeline.activities.checkpoints;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.LocalArtifactStore;
import dev.primeline.activities.model.HostTensor;
import dev.primeline.activities.model.ModelState;
import dev.primeline.activities.training.CheckpointSource.Found;
import dev.primeline.activities.training.SavedCheckpoint;
import dev.primeline.activities.training.StepMetrics;
import dev.primeline.activities.training.TrainingState;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.ExperimentSpec;
import dev.primeline.workflows.experiment.SpecReader;
import dev.primeline.workflows.training.TrainingSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsTest {

  private static final TrainingSpec SPEC = spec();

  @TempDir Path folder;
  private ArtifactStore store;

  @BeforeEach
  void openStore() throws IOException {
    store = new LocalArtifactStore(folder);
  }

  private static TrainingSpec spec() {
    ExperimentSpec e = SpecReader.read(null);
    ArtifactRef ref = new ArtifactRef("some/key", "00", 1);
    return new TrainingSpec(
        "0123abcd",
        "main",
        e.families().get(0),
        16,
        15,
        e.model(),
        e.training(),
        1,
        ref,
        "c",
        ref,
        "s");
  }

  private static TrainingState state(long step) {
    return new TrainingState(
        step,
        new ModelState(tensors(step), tensors(step + 1), tensors(step + 2), step),
        Map.of("kernel", "onednn", "threads", "2"));
  }

  private static List<HostTensor> tensors(long seed) {
    return List.of(
        new HostTensor("transformer.wte.weight", new int[] {2, 2}, new float[] {seed, 1, 2, 3}),
        new HostTensor("lm_head.weight", new int[] {1}, new float[] {-seed}));
  }

  private static StepMetrics line(long step) {
    return new StepMetrics(step, step * 10, 2.5, 0.3, 1e-3, step % 2 == 0 ? 2.4 : null, null, 900);
  }

  private Path file(String key) {
    return folder.resolve(key);
  }

  @Test
  void aNewTrainingHasNothingToContueFrom() throws IOException {
    assertThat(new Checkpoints(store, SPEC).latest()).isEmpty();
  }

  @Test
  void theHighestCommittedStepComesBackWhole() throws IOException {
    Checkpoints writer = new Checkpoints(store, SPEC);
    writer.save(state(10), List.of(line(10)));
    SavedCheckpoint last = writer.save(state(20), List.of(line(20)));
    Found found = new Checkpoints(store, SPEC).latest().orElseThrow();
    assertThat(found.checkpoint()).isEqualTo(last);
    assertThat(found.state()).usingRecursiveComparison().isEqualTo(state(20));
    assertThat(CommittedCheckpoint.open(store, last.manifest()).weights())
        .usingRecursiveComparison()
        .isEqualTo(tensors(20));
  }

  @Test
  void equalStatesAreEqualBytesWhoeverWritesThem() throws IOException {
    SavedCheckpoint one = new Checkpoints(store, SPEC).save(state(10), List.of(line(10)));
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    try (ArtifactStore other = new LocalArtifactStore(elsewhere)) {
      SavedCheckpoint two = new Checkpoints(other, SPEC).save(state(10), List.of(line(10)));
      assertThat(two.weights().sha256()).isEqualTo(one.weights().sha256());
      Manifest first = CommittedCheckpoint.open(store, one.manifest()).manifest();
      Manifest second = CommittedCheckpoint.open(other, two.manifest()).manifest();
      assertThat(second.optimizer().sha256()).isEqualTo(first.optimizer().sha256());
      assertThat(second.state().sha256()).isEqualTo(first.state().sha256());
      assertThat(second.attempt()).isNotEqualTo(first.attempt());
    }
  }

  @Test
  void filesWithoutAManifestDoNotExist() throws IOException {
    Checkpoints writer = new Checkpoints(store, SPEC);
    writer.save(state(10), List.of());
    SavedCheckpoint last = writer.save(state(20), List.of());
    Files.delete(file(last.manifest().key()));
    assertThat(new Checkpoints(store, SPEC).latest().orElseThrow().checkpoint().step())
        .isEqualTo(10);
  }

  @Test
  void damageFallsBackToTheStepBeforeAndIsRepairedByTheNextSave() throws IOException {
    Checkpoints writer = new Checkpoints(store, SPEC);
    writer.save(state(10), List.of(line(10)));
    SavedCheckpoint damaged = writer.save(state(20), List.of(line(20)));
    byte[] weights = Files.readAllBytes(file(damaged.weights().key()));
    weights[weights.length - 1] ^= 1;
    Files.write(file(damaged.weights().key()), weights);

    Checkpoints reader = new Checkpoints(store, SPEC);
    assertThat(reader.latest().orElseThrow().checkpoint().step()).isEqualTo(10);
    SavedCheckpoint again = reader.save(state(20), List.of(line(20)));
    assertThat(again.manifest()).isNotEqualTo(damaged.manifest());
    assertThat(new Checkpoints(store, SPEC).latest().orElseThrow().checkpoint()).isEqualTo(again);
  }

  @Test
  void aMissingFileFallsBackToo() throws IOException {
    Checkpoints writer = new Checkpoints(store, SPEC);
    writer.save(state(10), List.of());
    SavedCheckpoint last = writer.save(state(20), List.of());
    Files.delete(file(last.weights().key()));
    assertThat(new Checkpoints(store, SPEC).latest().orElseThrow().checkpoint().step())
        .isEqualTo(10);
  }

  @Test
  void aManifestThatIsNotOneFallsBackToo() throws IOException {
    Checkpoints writer = new Checkpoints(store, SPEC);
    writer.save(state(10), List.of());
    SavedCheckpoint last = writer.save(state(20), List.of());
    for (String nonsense : List.of("", "{", "{}", "[]", "{\"formatVersion\":1}")) {
      Files.writeString(file(last.manifest().key()), nonsense);
      assertThat(new Checkpoints(store, SPEC).latest().orElseThrow().checkpoint().step())
          .as(nonsense)
          .isEqualTo(10);
    }
  }

  @Test
  void theFirstCommitOfAStepWins() throws IOException {
    Checkpoints one = new Checkpoints(store, SPEC);
    Checkpoints two = new Checkpoints(store, SPEC);
    SavedCheckpoint first = one.save(state(10), List.of(line(10)));
    SavedCheckpoint second = two.save(state(10), List.of(line(10)));
    assertThat(second).isEqualTo(first);
  }

  @Test
  void theLogOfATrainingHasEveryStepOnceOverItsExecutions() throws IOException {
    Checkpoints killed = new Checkpoints(store, SPEC);
    killed.save(state(10), List.of(line(5), line(10)));
    killed.save(state(20), List.of(line(15), line(20)));
    Checkpoints next = new Checkpoints(store, SPEC);
    next.latest();
    next.save(state(20), List.of(line(15), line(20)));
    SavedCheckpoint last = next.save(state(30), List.of(line(25), line(30)));
    assertThat(CommittedCheckpoint.open(store, last.manifest()).metrics())
        .extracting(StepMetrics::step)
        .containsExactly(5L, 10L, 15L, 20L, 25L, 30L);
  }

  @Test
  void aNewerFormatIsRefusedInWords() throws IOException {
    SavedCheckpoint saved = new Checkpoints(store, SPEC).save(state(10), List.of());
    Path manifest = file(saved.manifest().key());
    Files.writeString(
        manifest,
        Files.readString(manifest).replace("\"formatVersion\" : 1", "\"formatVersion\" : 7"));
    assertThatThrownBy(() -> new Checkpoints(store, SPEC).latest())
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("format version 7, expected at most 1");
  }
}
