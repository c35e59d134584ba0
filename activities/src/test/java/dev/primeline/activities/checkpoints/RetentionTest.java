package dev.primeline.activities.checkpoints;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionTest {

  @TempDir Path folder;
  private ArtifactStore store;

  @BeforeEach
  void openStore() throws IOException {
    store = new LocalArtifactStore(folder);
  }

  private static TrainingSpec spec(int keepLast, int keepEvery) throws IOException {
    String typed = "{\"training\": {\"checkpointEvery\": 10, \"keepLast\": %d, \"keepEvery\": %d}}";
    ExperimentSpec e =
        SpecReader.read(new ObjectMapper().readTree(typed.formatted(keepLast, keepEvery)));
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

  private static SavedCheckpoint save(Checkpoints writer, long step, @Nullable Double heldout)
      throws IOException {
    List<HostTensor> tensors =
        List.of(new HostTensor("lm_head.weight", new int[] {1}, new float[] {step}));
    ModelState model = new ModelState(tensors, tensors, tensors, List.of(), step);
    StepMetrics line = new StepMetrics(step, step, 2.5, 0.3, 1e-3, heldout, null, 900, 0.5, 1, 0);
    return writer.save(new TrainingState(step, model, Map.of(), TrainingPast.NONE), List.of(line));
  }

  /** Steps whose manifest is there, and those of which any other file is. */
  private List<Long> steps(boolean manifests) throws IOException {
    List<Long> steps = new ArrayList<>();
    for (String key : store.list("trainings/0123abcd/main/")) {
      if (key.contains("/step-") && key.endsWith("/manifest.json") == manifests) {
        steps.add(Long.valueOf(key.substring(key.indexOf("/step-") + 6).substring(0, 9)));
      }
    }
    return steps.stream().distinct().toList();
  }

  @Test
  void theLastOnesTheMilestonesAndTheBestStay() throws IOException {
    Checkpoints writer = new Checkpoints(store, spec(2, 40));
    double[] scores = {3, 1.5, 2, 2.5, 1.9, 1.8, 1.7, 1.6, 1.6, 1.55};
    for (int i = 0; i < scores.length - 1; i++) {
      save(writer, 10L * (i + 1), scores[i]);
    }
    SavedCheckpoint last = save(writer, 100, scores[9]);
    assertThat(steps(true)).containsExactly(20L, 40L, 80L, 90L, 100L);
    assertThat(steps(false)).isEqualTo(steps(true));
    assertThat(CommittedCheckpoint.open(store, last.manifest()).metrics())
        .as("the log stays whole")
        .hasSize(10);
    assertThat(new Checkpoints(store, spec(2, 40)).latest().orElseThrow().checkpoint())
        .isEqualTo(last);
  }

  @Test
  void aNewExecutionGoesOnCleaningAndKnowsTheBestOfTheOnesBefore() throws IOException {
    Checkpoints killed = new Checkpoints(store, spec(1, 0));
    save(killed, 10, 1.5);
    save(killed, 20, 2.0);
    save(killed, 30, null);
    Checkpoints next = new Checkpoints(store, spec(1, 0));
    next.latest();
    save(next, 40, 1.9);
    assertThat(steps(true)).containsExactly(10L, 40L);
    save(next, 50, 1.4);
    assertThat(steps(true)).containsExactly(50L);
  }

  @Test
  void withKeepLastZeroAllStay() throws IOException {
    Checkpoints writer = new Checkpoints(store, spec(0, 0));
    for (long step = 10; step <= 60; step += 10) {
      save(writer, step, null);
    }
    assertThat(steps(true)).hasSize(6);
  }

  @Test
  void whatARunAnEvaluationOrABranchRefersToStays() throws IOException {
    Checkpoints writer = new Checkpoints(store, spec(1, 0));
    SavedCheckpoint inRun = save(writer, 10, null);
    refer("runs/one/result.json", store.uri(inRun.manifest().key()).toString());
    SavedCheckpoint scored = save(writer, 20, null);
    refer("evaluations/ab.json", scored.manifest().sha256());
    SavedCheckpoint parent = save(writer, 30, null);
    refer("trainings/0123abcd/extended/branch.json", parent.manifest().key());
    save(writer, 40, null);
    save(writer, 50, null);
    assertThat(steps(true)).containsExactly(10L, 20L, 30L, 50L);
  }

  private void refer(String key, String to) throws IOException {
    store.putIfAbsent(key, "{\"checkpoint\": \"%s\"}".formatted(to).getBytes(UTF_8));
  }

  @Test
  void aDamagedCheckpointIsLeftAloneAsEvidence() throws IOException {
    Checkpoints writer = new Checkpoints(store, spec(1, 0));
    SavedCheckpoint damaged = save(writer, 10, null);
    Files.writeString(folder.resolve(damaged.manifest().key()), "{}");
    Checkpoints next = new Checkpoints(store, spec(1, 0));
    save(next, 20, null);
    save(next, 30, null);
    assertThat(steps(true)).containsExactly(10L, 30L);
  }

  @Test
  void aStoreThatDeletesNothingFailsNoCheckpoint() throws IOException {
    ArtifactStore stubborn =
        new ForwardingStore(store) {
          @Override
          public void delete(String key) throws IOException {
            throw new IOException("not allowed");
          }
        };
    Checkpoints writer = new Checkpoints(stubborn, spec(1, 0));
    save(writer, 10, null);
    assertThat(save(writer, 20, null).step()).isEqualTo(20);
    assertThat(steps(true)).containsExactly(10L, 20L);
  }

  @Test
  void aProcessThatDiesWhileItRemovesLeavesNoManifestWithoutItsFiles() throws IOException {
    for (int deletes = 0; deletes < 5; deletes++) {
      store = new LocalArtifactStore(folder.resolve("dies-after-" + deletes));
      DyingDeletes dying = new DyingDeletes(store, deletes);
      Checkpoints writer = new Checkpoints(dying, spec(1, 0));
      save(writer, 10, null);
      try {
        save(writer, 20, null);
      } catch (DyingStore.Death expected) {
        // The next execution finds what is there.
      }
      Checkpoints next = new Checkpoints(store, spec(1, 0));
      assertThat(next.latest().orElseThrow().checkpoint().step()).isEqualTo(20);
      assertThat(next.passedOver()).isEmpty();
    }
  }

  private static final class DyingDeletes extends ForwardingStore {
    private int left;

    DyingDeletes(ArtifactStore store, int left) {
      super(store);
      this.left = left;
    }

    @Override
    public void delete(String key) throws IOException {
      if (left-- <= 0) {
        throw new DyingStore.Death();
      }
      super.delete(key);
    }
  }
}
