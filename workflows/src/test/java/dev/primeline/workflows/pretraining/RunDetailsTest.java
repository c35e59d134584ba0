package dev.primeline.workflows.pretraining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.primeline.workflows.Histories;
import dev.primeline.workflows.steps.RunAttributes;
import dev.primeline.workflows.training.TrainingWorkflow;
import io.temporal.api.sdk.v1.WorkflowInteractionDefinition;
import io.temporal.api.sdk.v1.WorkflowMetadata;
import io.temporal.client.WorkflowStub;
import io.temporal.common.SearchAttributes;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the Temporal UI asks for, and what it is told. */
class RunDetailsTest {

  private final FakeCluster cluster = new FakeCluster();

  @AfterEach
  void stopTemporal() {
    cluster.close();
  }

  private WorkflowMetadata metadata(String workflowId) {
    return cluster
        .client()
        .newUntypedWorkflowStub(workflowId)
        .query("__temporal_workflow_metadata", WorkflowMetadata.class);
  }

  private SearchAttributes attributes(String workflowId) {
    return cluster
        .client()
        .newUntypedWorkflowStub(workflowId)
        .describe()
        .getTypedSearchAttributes();
  }

  /** Starts a run of one family whose training has told of a commit. */
  private PretrainingWorkflow training() {
    cluster.endless = true;
    PretrainingWorkflow workflow = cluster.start("{'families':['mdm']}");
    await().until(() -> !workflow.progress().trainings().isEmpty());
    return workflow;
  }

  private String trainingId() {
    return TrainingWorkflow.workflowId(
        Objects.requireNonNull(cluster.recorded.get(1).training(), "training"));
  }

  private void end(PretrainingWorkflow workflow) {
    workflow.pause();
    cluster.endless = false;
    workflow.resume();
    assertThat(WorkflowStub.fromTyped(workflow).getResult(PretrainingResult.class).families())
        .hasSize(1);
  }

  @Test
  void theDetailsAreATableOfTheTrainingsAndWhatHappened() {
    PretrainingWorkflow workflow = training();
    String row = "| mdm | 4 / 5 | 1.2500 | - | 100 | 7s | 3 |";
    assertThat(metadata("a-run").getCurrentDetails())
        .startsWith("| family | step | loss | held-out NELBO | tokens/s | ETA | last checkpoint |")
        .contains(row, "\n- prepared 1,000 tokens to learn from", "\n- training mdm");
    assertThat(metadata(trainingId()).getCurrentDetails()).contains(row);
    end(workflow);
    assertThat(metadata("a-run").getCurrentDetails())
        .contains("\n- mdm scored: <= 1.6000 nats/token", "\n- report written")
        .doesNotContain("](");
  }

  @Test
  void everyQueryAndUpdateSaysWhatItIsFor() {
    PretrainingWorkflow workflow = training();
    var definition = metadata("a-run").getDefinition();
    assertThat(definition.getType()).isEqualTo("Pretraining");
    assertThat(definition.getUpdateDefinitionsList())
        .extracting(WorkflowInteractionDefinition::getName)
        .containsExactlyInAnyOrder(
            "pause", "resume", "stopAfterCheckpoint", "extend", "changeLearningRate");
    assertThat(definition.getUpdateDefinitionsList())
        .extracting(WorkflowInteractionDefinition::getDescription)
        .doesNotContain("");
    assertThat(definition.getQueryDefinitionsList())
        .filteredOn(query -> query.getName().equals("progress"))
        .singleElement()
        .extracting(WorkflowInteractionDefinition::getDescription)
        .isEqualTo("stage, and step, loss, NELBO of each family");
    end(workflow);
  }

  @Test
  void runAndTrainingAreFoundByFamilyStepAndLossWhereTheNamespaceHasThem() {
    cluster.registerSearchAttributes();
    PretrainingWorkflow workflow = training();
    for (String id : List.of("a-run", trainingId())) {
      await().until(() -> attributes(id).containsKey(RunAttributes.LOSS));
      assertThat(attributes(id).get(RunAttributes.FAMILIES)).containsExactly("mdm");
      assertThat(attributes(id).get(RunAttributes.STEP)).isEqualTo(3);
      assertThat(attributes(id).get(RunAttributes.LOSS)).isEqualTo(1.25);
    }
    end(workflow);
    assertThat(workflow.progress().notes()).noneMatch(note -> note.contains("primeline init"));
    Histories.keep(cluster.client(), "a-run", "pretraining-searchable");
    Histories.keep(cluster.client(), trainingId(), "training-searchable");
  }

  @Test
  void aNamespaceWithoutSearchAttributesIsSaidAndTheRunGoesOn() {
    PretrainingWorkflow workflow = training();
    end(workflow);
    assertThat(workflow.progress().notes())
        .anyMatch(
            note -> note.contains("lacks the search attributes; primeline init registers them"));
  }

  @Test
  void artifactsAreLinkedOnlyByTheTemplateOfTheirAddress() {
    cluster.artifactUrl = "https://files.example.org/store/{key}";
    end(training());
    assertThat(metadata("a-run").getCurrentDetails())
        .contains(
            "[weights of mdm](https://files.example.org/store/some/key), [report](https://files.example.org/store/some/key)");
  }
}
