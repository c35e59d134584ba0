package dev.primeline.workflows.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.primeline.workflows.Histories;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.steps.Queues;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.failure.ApplicationFailure;
import io.temporal.testing.TestWorkflowEnvironment;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class EvaluationWorkflowTest {
  private static final ArtifactRef JSON = new ArtifactRef("evaluations/texts-1.json", "ab", 2);
  private static final ArtifactRef CSV = new ArtifactRef("evaluations/texts-1.csv", "cd", 3);

  private final TestWorkflowEnvironment environment = TestWorkflowEnvironment.newInstance();
  private List<String> alarms = List.of();

  @BeforeEach
  void start() {
    environment
        .newWorker(Queues.ORCHESTRATION)
        .registerWorkflowImplementationTypes(EvaluationWorkflowImpl.class);
    TextScoreActivities fake = request -> new TextScoresResult(JSON, CSV, alarms);
    environment.newWorker(Queues.GPU).registerActivitiesImplementations(fake);
    environment.start();
  }

  @AfterEach
  void close() {
    environment.close();
  }

  @Test
  void filesOfTheScoresAreTheResult() throws Exception {
    assertThat(run()).isEqualTo(new TextScoresResult(JSON, CSV, List.of()));
    Histories.keep(environment.getWorkflowClient(), "scores", "evaluation-done");
  }

  @Test
  void alarmFailsTheWorkflowWithItsReasonAfterTheScoresAreWritten() {
    alarms = List.of("the kraft alarm fired for run/mdm on ptb: 1.2, which must not exceed 1");
    WorkflowFailedException failed = catchThrowableOfType(WorkflowFailedException.class, this::run);
    ApplicationFailure failure = (ApplicationFailure) Objects.requireNonNull(failed.getCause());
    assertThat(failure.getType()).isEqualTo("SelfCheckFailed");
    assertThat(failure.getOriginalMessage()).contains("kraft alarm").contains(JSON.key());
  }

  private TextScoresResult run() throws Exception {
    JsonNode request =
        new ObjectMapper()
            .readTree("{\"checkpoints\": [\"run/mdm\"], \"heldout\": {\"ptb\": \"ptb.txt\"}}");
    return environment
        .getWorkflowClient()
        .newWorkflowStub(
            EvaluationWorkflow.class,
            WorkflowOptions.newBuilder()
                .setTaskQueue(Queues.ORCHESTRATION)
                .setWorkflowId("scores")
                .build())
        .run(request);
  }
}
