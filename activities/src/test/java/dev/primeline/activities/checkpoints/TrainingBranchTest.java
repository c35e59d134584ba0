package dev.primeline.activities.checkpoints;

import static org.assertj.core.api.Assertions.assertThat;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.LocalArtifactStore;
import dev.primeline.activities.model.HostTensor;
import dev.primeline.activities.model.ModelState;
import dev.primeline.activities.training.SavedCheckpoint;
import dev.primeline.activities.training.StepMetrics;
import dev.primeline.activities.training.TrainingPast;
import dev.primeline.activities.training.TrainingState;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.experiment.ExperimentSpec;
import dev.primeline.workflows.experiment.SpecReader;
import dev.primeline.workflows.training.TrainingSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingBranchTest {

  @TempDir Path folder;
  private ArtifactStore store;
  private TrainingBranch main;

  @BeforeEach
  void openStore() throws IOException {
    store = new LocalArtifactStore(folder);
    main = new TrainingBranch(store, "feed", "main");
  }

  private SavedCheckpoint save(String branch, long step) throws IOException {
    ExperimentSpec e = SpecReader.read(null);
    ArtifactRef ref = new ArtifactRef("some/key", "00", 1);
    TrainingSpec spec =
        new TrainingSpec(
            "feed",
            branch,
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
    List<HostTensor> tensor = List.of(new HostTensor("w", new int[] {1}, new float[] {step}));
    return new Checkpoints(store, spec)
        .save(
            new TrainingState(
                step,
                new ModelState(tensor, tensor, tensor, List.of(), step),
                Map.of(),
                TrainingPast.NONE),
            List.of(new StepMetrics(step, 1, 2, 3, 4, 2.5, 0.1, 6, 0, 0, 0)));
  }

  private CommittedCheckpoint open(SavedCheckpoint saved) throws IOException {
    return CommittedCheckpoint.open(store, saved.manifest());
  }

  @Test
  void commitsAreListedByStepAndByBranch() throws IOException {
    assertThat(main.commits()).isEmpty();
    assertThat(main.metrics()).isEmpty();
    SavedCheckpoint ten = save("main", 10);
    save("main", 20);
    save("other", 5);
    assertThat(TrainingBranch.names(store, "feed")).containsExactly("main", "other");
    assertThat(main.commits()).extracting(TrainingBranch.Commit::step).containsExactly(10L, 20L);
    assertThat(main.commits().get(0).manifest()).isEqualTo(ten.manifest().key());
    assertThat(main.metrics()).extracting(StepMetrics::step).containsExactly(20L);
  }

  @Test
  void everyFileOfAWholeCheckpointIsReadAndFoundWhole() throws IOException {
    CommittedCheckpoint checkpoint = open(save("main", 10));
    assertThat(checkpoint.damage()).isEmpty();
    Manifest manifest = checkpoint.manifest();
    assertThat(checkpoint.bytes())
        .isEqualTo(
            manifest.model().bytes()
                + Objects.requireNonNull(manifest.optimizer()).bytes()
                + Objects.requireNonNull(manifest.state()).bytes());
  }

  @Test
  void oneFlippedBitOrALostFileIsNamed() throws IOException {
    CommittedCheckpoint checkpoint = open(save("main", 10));
    for (ArtifactRef ref : checkpoint.manifest().files()) {
      Path file = folder.resolve(ref.key());
      byte[] whole = Files.readAllBytes(file);
      byte[] flipped = whole.clone();
      flipped[whole.length / 2] ^= 4;
      Files.write(file, flipped);
      assertThat(checkpoint.damage())
          .singleElement()
          .asString()
          .startsWith(ref.key() + ": ")
          .contains("expected " + ref.bytes() + " bytes with " + ref.sha256());
      Files.delete(file);
      assertThat(checkpoint.damage()).singleElement().asString().contains(": missing, expected");
      Files.write(file, whole);
    }
    assertThat(checkpoint.damage()).isEmpty();
  }

  @Test
  void theLogIsTheOneOfTheNewestManifestThatCanBeRead() throws IOException {
    save("main", 10);
    SavedCheckpoint last = save("main", 20);
    Files.writeString(folder.resolve(last.manifest().key()), "{}");
    assertThat(main.metrics()).extracting(StepMetrics::step).containsExactly(10L);
    assertThat(main.commits()).hasSize(2);
  }
}
