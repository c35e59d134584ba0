package dev.primeline.activities.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.LocalArtifactStore;
import dev.primeline.activities.checkpoints.Checkpoints;
import dev.primeline.activities.model.HostTensor;
import dev.primeline.activities.model.ModelState;
import dev.primeline.activities.training.TrainingPast;
import dev.primeline.activities.training.TrainingState;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.ExperimentSpec;
import dev.primeline.workflows.experiment.SpecReader;
import dev.primeline.workflows.training.TrainingSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunRecordTest {

  private static final Instant MONDAY = Instant.parse("2026-11-23T10:00:00.5Z");
  private static final ExperimentSpec SPEC = spec("{\"training\":{\"steps\":400}}");

  @TempDir Path folder;
  private ArtifactStore store;

  @BeforeEach
  void openStore() throws IOException {
    store = new LocalArtifactStore(folder);
  }

  private static ExperimentSpec spec(String typed) {
    try {
      return SpecReader.read(new ObjectMapper().readTree(typed));
    } catch (IOException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static TrainingSpec training(int family) {
    ArtifactRef ref = new ArtifactRef("some/key", "00", 1);
    return new TrainingSpec(
        "feed" + family,
        "main",
        SPEC.families().get(family),
        16,
        15,
        SPEC.model(),
        SPEC.training(),
        1,
        ref,
        "c",
        ref,
        "s");
  }

  private void commit(int family, long step) throws IOException {
    List<HostTensor> tensor = List.of(new HostTensor("w", new int[] {1}, new float[] {step}));
    new Checkpoints(store, training(family))
        .save(
            new TrainingState(
                step,
                new ModelState(tensor, tensor, tensor, List.of(), step),
                Map.of(),
                TrainingPast.NONE),
            List.of());
  }

  @Test
  void aRunIsListedWithWhatItsFamiliesHaveCommitted() throws IOException {
    RunRecord run = new RunRecord(store, "nightly/1");
    run.begin(SPEC, MONDAY);
    run.enter(training(0));
    run.enter(training(1));
    commit(0, 400);
    commit(1, 200);
    new RunRecord(store, "later").begin(SPEC, MONDAY.plusSeconds(60));

    List<RunSummary> runs = new StoredRuns(store).all();
    assertThat(runs).extracting(RunSummary::id).containsExactly("nightly/1", "later");
    assertThat(runs.get(0).begun()).isEqualTo("2026-11-23T10:00:00Z");
    assertThat(runs.get(0).preset()).isEqualTo("quickstart");
    assertThat(runs.get(0).families())
        .extracting(RunSummary.FamilyState::state)
        .containsExactly(
            RunSummary.State.TRAINED,
            RunSummary.State.BEGUN,
            RunSummary.State.NOT_BEGUN,
            RunSummary.State.NOT_BEGUN);
    assertThat(runs.get(0).families().get(1).step()).isEqualTo(200);
    assertThat(runs.get(0).families().get(1).steps()).isEqualTo(400);
    assertThat(runs.get(0).families().get(1).training()).isEqualTo("feed1");
  }

  @Test
  void theSpecificationOfARunIsFoundAgain() throws IOException {
    new RunRecord(store, "a").begin(SPEC, MONDAY);
    assertThat(new StoredRuns(store).require("a").specification()).isEqualTo(SPEC);
    assertThat(new StoredRuns(store).require("a").trainings()).isEmpty();
  }

  @Test
  void beginningTwiceIsBeginningOnce() throws IOException {
    RunRecord run = new RunRecord(store, "a");
    run.begin(SPEC, MONDAY);
    List<String> keys = store.list("");
    run.begin(SPEC, MONDAY.plusSeconds(99));
    assertThat(store.list("")).isEqualTo(keys);
    assertThat(new StoredRuns(store).all().get(0).begun()).isEqualTo("2026-11-23T10:00:00Z");
  }

  @Test
  void aNameBelongsToOneSpecification() throws IOException {
    RunRecord run = new RunRecord(store, "a");
    run.begin(SPEC, MONDAY);
    assertThatThrownBy(() -> run.begin(spec("{\"training\":{\"steps\":500}}"), MONDAY))
        .isInstanceOf(BadInput.class)
        .hasMessage(
            "run a is on record with another specification (training.steps is 400 there and 500"
                + " here), expected the same or another --run-id");
    assertThat(run.specification()).isEqualTo(SPEC);
  }

  @Test
  void aSpecificationThatAnotherVersionWroteWithFewerKeysIsTheSame() throws IOException {
    ObjectNode older = new ObjectMapper().valueToTree(SPEC);
    ((ObjectNode) older.get("training")).remove("precision");
    store.putIfAbsent("runs/a/spec.json", new ObjectMapper().writeValueAsBytes(older));
    RunRecord run = new RunRecord(store, "a");
    run.begin(SPEC, MONDAY);
    assertThat(run.specification()).isEqualTo(SPEC);
  }

  @Test
  void anUnknownRunIsAnsweredWithTheNearestName() throws IOException {
    assertThatThrownBy(() -> new StoredRuns(store).require("a"))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("there is no run in " + folder.toUri());
    new RunRecord(store, "quickstart-1a2b").begin(SPEC, MONDAY);
    assertThatThrownBy(() -> new StoredRuns(store).require("quikstart-1a2b"))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("did you mean \"quickstart-1a2b\"?");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "{\"families\":[{}]}", "{\"families\":[3]}"})
  void aDamagedSpecificationIsSaidAndHidesNoOtherRun(String damaged) throws IOException {
    new RunRecord(store, "whole").begin(SPEC, MONDAY);
    new RunRecord(store, "worse").begin(SPEC, MONDAY);
    Files.writeString(folder.resolve("runs/worse/spec.json"), damaged);
    List<RunSummary> runs = new StoredRuns(store).all();
    assertThat(runs).extracting(RunSummary::id).containsExactly("whole", "worse");
    assertThat(runs.get(0).damage()).isEmpty();
    assertThat(runs.get(1).damage()).isNotEmpty();
    assertThatThrownBy(() -> new RunRecord(store, "worse").begin(SPEC, MONDAY))
        .isInstanceOf(BadInput.class);
  }

  @Test
  void aDamagedTrainingIsSaid() throws IOException {
    RunRecord run = new RunRecord(store, "a");
    run.begin(SPEC, MONDAY);
    run.enter(training(0));
    Path file = folder.resolve(store.list("runs/a/trainings/").get(0));
    Files.writeString(file, "{\"hash\":");
    assertThat(new StoredRuns(store).all().get(0).damage())
        .contains("runs/a/trainings/", "is damaged");
  }
}
