package dev.primeline.activities.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.primeline.activities.artifacts.LocalArtifactStore;
import dev.primeline.activities.model.EngineSettings;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.evaluation.EvaluationActivities;
import dev.primeline.workflows.evaluation.EvaluationRequest;
import dev.primeline.workflows.evaluation.EvaluationResult;
import dev.primeline.workflows.experiment.EvaluationSettings;
import dev.primeline.workflows.training.TrainingSpec;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.testing.TestActivityEnvironment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EvaluationActivitiesTest {
  private final TestActivityEnvironment environment = TestActivityEnvironment.newInstance();
  @TempDir Path folder;
  private Workshop workshop;
  private EvaluationActivities door;

  @BeforeEach
  void open() throws IOException {
    LocalArtifactStore store = new LocalArtifactStore(folder.resolve("store"));
    workshop = new Workshop(store, folder);
    environment.registerActivitiesImplementations(
        new EvaluationActivitiesImpl(store, EngineSettings.defaults(), ModelSamples.NONE));
    door = environment.newActivityStub(EvaluationActivities.class);
  }

  @AfterEach
  void close() {
    environment.close();
  }

  @Test
  void resultTravelsThroughTheDoorAndIsFoundAgain() throws IOException {
    TrainingSpec training = workshop.training(Families.ARM, workshop.synthetic());
    EvaluationRequest request = workshop.trained(training, 1);
    EvaluationResult made = door.evaluate(request);
    assertThat(made.reused()).isFalse();
    EvaluationResult found = door.evaluate(request);
    assertThat(found)
        .isEqualTo(new EvaluationResult(made.scores(), made.selfCheck(), made.artifact(), true));
  }

  @Test
  void badInputIsNeverTriedAgain() throws IOException {
    TrainingSpec training = workshop.training(Families.ARM, workshop.synthetic());
    EvaluationRequest all = workshop.trained(training, 1);
    ApplicationFailure failure =
        failure(new EvaluationRequest(training, all.checkpoint(), new EvaluationSettings(1, 3)));
    assertThat(failure.getType()).isEqualTo("BadInput");
    assertThat(failure.isNonRetryable()).isTrue();
  }

  @Test
  void missingCheckpointIsTriedAgain() throws IOException {
    TrainingSpec training = workshop.training(Families.ARM, workshop.synthetic());
    ArtifactRef nowhere = new ArtifactRef("trainings/x/main/step-1/manifest.json", "ab", 1);
    ApplicationFailure failure =
        failure(new EvaluationRequest(training, nowhere, new EvaluationSettings(1, 0)));
    assertThat(failure.getType()).isEqualTo("Trouble");
    assertThat(failure.isNonRetryable()).isFalse();
    assertThat(failure.getOriginalMessage()).contains(nowhere.key());
  }

  private ApplicationFailure failure(EvaluationRequest request) {
    ActivityFailure failure =
        catchThrowableOfType(ActivityFailure.class, () -> door.evaluate(request));
    return (ApplicationFailure) Objects.requireNonNull(failure.getCause());
  }
}
