package dev.primeline.workflows.generation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.primeline.workflows.Histories;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.steps.Queues;
import io.temporal.client.WorkflowOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GenerationWorkflowTest {

  @Test
  void whatWasTypedReachesADeviceAsItIs() throws Exception {
    List<JsonNode> asked = new ArrayList<>();
    JsonNode typed =
        new ObjectMapper()
            .readTree(
                "{\"checkpoint\": \"a-run/mdm\", \"prompts\": [{\"prompt\": \"The river\"}]}");
    try (TestWorkflowEnvironment temporal = TestWorkflowEnvironment.newInstance()) {
      temporal
          .newWorker(Queues.ORCHESTRATION)
          .registerWorkflowImplementationTypes(GenerationWorkflowImpl.class);
      temporal
          .newWorker(Queues.GPU)
          .registerActivitiesImplementations(
              (GenerationActivities)
                  request -> {
                    asked.add(request);
                    return new GenerationResult(new ArtifactRef("some/key", "00", 1), 1, false);
                  });
      temporal.start();
      GenerationResult written =
          temporal
              .getWorkflowClient()
              .newWorkflowStub(
                  GenerationWorkflow.class,
                  WorkflowOptions.newBuilder()
                      .setTaskQueue(Queues.ORCHESTRATION)
                      .setWorkflowId("texts")
                      .build())
              .run(typed);
      assertThat(written.count()).isEqualTo(1);
      assertThat(asked).containsExactly(typed);
      Histories.keep(temporal.getWorkflowClient(), "texts", "generation-done");
    }
  }
}
