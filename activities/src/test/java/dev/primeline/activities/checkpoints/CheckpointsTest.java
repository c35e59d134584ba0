package dev.primeline.activities.checkpoints;

import static dev.primeline.activities.checkpoints.TinyTraining.SPEC;
import static dev.primeline.activities.checkpoints.TinyTraining.line;
import static dev.primeline.activities.checkpoints.TinyTraining.state;
import static dev.primeline.activities.checkpoints.TinyTraining.tensors;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.LocalArtifactStore;
import dev.primeline.activities.model.ModelState;
import dev.primeline.activities.training.CheckpointSource.Found;
import dev.primeline.activities.training.SavedCheckpoint;
import dev.primeline.activities.training.StepMetrics;
import dev.primeline.activities.training.SupersededException;
import dev.primeline.activities.training.TrainingPast;
import dev.primeline.activities.training.TrainingState;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a commit is, and what the next execution finds. */
class CheckpointsTest {

  @TempDir Path folder;
  private ArtifactStore store;

  @BeforeEach
  void openStore() throws IOException {
    store = new LocalArtifactStore(folder);
  }

  private Path file(String key) {
    return folder.resolve(key);
  }

  @Test
  void aNewTrainingHasNothingToContinueFrom() throws IOException {
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

  private static List<String> hashes(Manifest manifest) {
    return manifest.own().stream().map(file -> file.sha256()).toList();
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
      assertThat(hashes(second)).hasSizeGreaterThan(2).isEqualTo(hashes(first));
      assertThat(second.attempt()).isNotEqualTo(first.attempt());
    }
  }

  @Test
  void theAverageIsKeptAndIsWhatIsScored() throws IOException {
    ModelState model = state(10).model();
    ModelState averaged =
        new ModelState(
            model.weights(), model.firstMoments(), model.secondMoments(), tensors(77), 10);
    SavedCheckpoint saved =
        new Checkpoints(store, SPEC)
            .save(
                new TrainingState(10, averaged, Map.of("kernel", "onednn"), TrainingPast.NONE),
                List.of());
    ModelState found = new Checkpoints(store, SPEC).latest().orElseThrow().state().model();
    assertThat(found.average().get(0).values()).isEqualTo(tensors(77).get(0).values());
    assertThat(found.weights().get(0).values()).isEqualTo(model.weights().get(0).values());
    assertThat(saved.weights().key()).endsWith("/ema.safetensors");
    assertThat(CommittedCheckpoint.open(store, saved.manifest()).weights().get(0).values())
        .isEqualTo(tensors(77).get(0).values());

    Files.delete(file(saved.weights().key()));
    assertThat(new Checkpoints(store, SPEC).latest()).isEmpty();
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
  void aCheckpointThatFindsNoRoomLeavesNothingAndTheNextTryWrites() throws IOException {
    new Checkpoints(store, SPEC).save(state(10), List.of(line(10)));
    List<String> before = store.list("");
    ArtifactStore full =
        new ForwardingStore(store) {
          private int files;

          @Override
          public ArtifactRef put(String key, Path file) throws IOException {
            if (++files == 2) {
              throw new IOException("no room for " + key);
            }
            return super.put(key, file);
          }
        };
    Checkpoints writer = new Checkpoints(full, SPEC);
    assertThatThrownBy(() -> writer.save(state(20), List.of(line(20))))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("no room for trainings/0123abcd/main/step-000000020/");
    assertThat(store.list("")).isEqualTo(before);
    assertThat(new Checkpoints(store, SPEC).latest().orElseThrow().checkpoint().step())
        .isEqualTo(10);
    assertThat(writer.save(state(20), List.of(line(20))).step()).isEqualTo(20);
  }

  @Test
  void aCommitWhoseAnswerWasLostIsOnesOwnWhenTheSaveIsTriedAgain() throws IOException {
    ArtifactStore deaf =
        new ForwardingStore(store) {
          private boolean heard;

          @Override
          public boolean putIfAbsent(String key, byte[] content) throws IOException {
            boolean written = super.putIfAbsent(key, content);
            if (key.endsWith("manifest.json") && !heard) {
              heard = true;
              throw new IOException("the answer is lost");
            }
            return written;
          }
        };
    Checkpoints writer = new Checkpoints(deaf, SPEC);
    assertThatThrownBy(() -> writer.save(state(10), List.of(line(10))))
        .isInstanceOf(IOException.class);
    SavedCheckpoint saved = writer.save(state(10), List.of(line(10)));
    SavedCheckpoint last = writer.save(state(20), List.of(line(20)));
    assertThat(saved.step()).isEqualTo(10);
    assertThat(CommittedCheckpoint.open(store, last.manifest()).metrics())
        .extracting(StepMetrics::step)
        .containsExactly(10L, 20L);
  }

  @Test
  void theLogOfATrainingHasEveryStepOnceOverItsExecutions() throws IOException {
    Checkpoints killed = new Checkpoints(store, SPEC);
    killed.save(state(10), List.of(line(5), line(10)));
    killed.save(state(20), List.of(line(15), line(20)));
    Checkpoints next = new Checkpoints(store, SPEC);
    next.latest();
    assertThatThrownBy(
            () -> new Checkpoints(store, SPEC).save(state(20), List.of(line(15), line(20))))
        .isInstanceOf(SupersededException.class);
    SavedCheckpoint last = next.save(state(30), List.of(line(25), line(30)));
    assertThat(CommittedCheckpoint.open(store, last.manifest()).metrics())
        .extracting(StepMetrics::step)
        .containsExactly(5L, 10L, 15L, 20L, 25L, 30L);
  }

  @Test
  void aNewerFormatIsRefusedInWords() throws IOException {
    SavedCheckpoint saved = new Checkpoints(store, SPEC).save(state(10), List.of());
    Manifest m = CommittedCheckpoint.open(store, saved.manifest()).manifest();
    Manifest newer =
        new Manifest(
            7,
            m.training(),
            m.branch(),
            m.step(),
            m.attempt(),
            m.model(),
            m.ema(),
            m.optimizer(),
            m.state(),
            m.heldoutNats(),
            m.metrics());
    Files.write(file(saved.manifest().key()), newer.seal());
    assertThatThrownBy(() -> new Checkpoints(store, SPEC).latest())
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("format version 7, expected at most 1");
  }
}
