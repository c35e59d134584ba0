package dev.primeline.workflows.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.generation.GenerationActivities;
import dev.primeline.workflows.generation.GenerationResult;
import dev.primeline.workflows.generation.GenerationWorkflow;
import dev.primeline.workflows.generation.GenerationWorkflowImpl;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.client.WorkflowOptions;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PayloadLimitTest {

  /** More than what the form of a payload adds to a text. */
  private static final int FORM = 100;

  private final AtomicInteger begun = new AtomicInteger();
  private int keyLength = 8;
  private final TestWorkflowEnvironment temporal =
      TestWorkflowEnvironment.newInstance(
          TestEnvironmentOptions.newBuilder()
              .setWorkflowClientOptions(
                  WorkflowClientOptions.newBuilder()
                      .setDataConverter(PayloadLimit.dataConverter())
                      .build())
              .build());

  @BeforeEach
  void startTemporal() {
    temporal
        .newWorker(Queues.ORCHESTRATION)
        .registerWorkflowImplementationTypes(GenerationWorkflowImpl.class);
    temporal
        .newWorker(Queues.GPU)
        .registerActivitiesImplementations(
            (GenerationActivities)
                request -> {
                  begun.incrementAndGet();
                  return new GenerationResult(
                      new ArtifactRef("k".repeat(keyLength), "00", 1), 1, false);
                });
    temporal.start();
  }

  @AfterEach
  void stopTemporal() {
    temporal.close();
  }

  private GenerationResult generate(JsonNode request) {
    return temporal
        .getWorkflowClient()
        .newWorkflowStub(
            GenerationWorkflow.class,
            WorkflowOptions.newBuilder().setTaskQueue(Queues.ORCHESTRATION).build())
        .run(request);
  }

  @Test
  void anArgumentOfTheLargestSizePassesAndALargerOneIsRefusedWhereItIsSent() {
    int most = PayloadLimit.MOST_BYTES - FORM;
    assertThat(generate(TextNode.valueOf("a".repeat(most))).count()).isEqualTo(1);
    assertThatThrownBy(() -> generate(TextNode.valueOf("a".repeat(PayloadLimit.MOST_BYTES))))
        .hasStackTraceContaining("an argument or result of 262,")
        .hasStackTraceContaining("bytes, expected at most 262,144 in a history");
    assertThat(begun).hasValue(1);
  }

  @Test
  void aResultThatIsTooLargeFailsItsRunAtOnce() {
    keyLength = PayloadLimit.MOST_BYTES;
    assertThatThrownBy(() -> generate(TextNode.valueOf("a")))
        .hasStackTraceContaining("an argument or result of 262,")
        .hasStackTraceContaining("BadInput");
    assertThat(begun).as("what would come out the same is not tried again").hasValue(1);
  }
}
