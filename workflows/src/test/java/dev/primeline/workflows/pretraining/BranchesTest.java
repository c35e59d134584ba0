package dev.primeline.workflows.pretraining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.primeline.workflows.Histories;
import io.temporal.client.WorkflowStub;
import io.temporal.client.WorkflowUpdateHandle;
import io.temporal.client.WorkflowUpdateStage;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BranchesTest {

  private final FakeCluster cluster = new FakeCluster();

  @AfterEach
  void stopTemporal() {
    cluster.close();
  }

  private static JsonNode json(String singleQuoted) {
    return FakeCluster.json(singleQuoted);
  }

  private PretrainingWorkflow training() {
    cluster.endless = true;
    PretrainingWorkflow workflow = cluster.start("{'families':['mdm']}");
    await().until(() -> cluster.segments.get() == 1);
    cluster.endless = false;
    return workflow;
  }

  private PretrainingResult resultOf(String runId) {
    return cluster.client().newUntypedWorkflowStub(runId).getResult(PretrainingResult.class);
  }

  private void end(PretrainingWorkflow workflow) {
    workflow.pause();
    workflow.resume();
    assertThat(WorkflowStub.fromTyped(workflow).getResult(PretrainingResult.class).runId())
        .isEqualTo("a-run");
  }

  @Test
  void anExtensionFromAStepIsARunOfItsOwnThatNeedsNothingOfTheFirst() {
    PretrainingWorkflow workflow = training();
    assertThat(workflow.extend(json("{'steps':900,'fromStep':4}"))).isEqualTo("a-run-to-900");
    assertThat(resultOf("a-run-to-900").families()).hasSize(1);
    assertThat(workflow.progress().notes()).endsWith("branch a-run-to-900 has begun");
    end(workflow);
  }

  @Test
  void anExtensionFromTheEndWaitsForTheEnd() {
    PretrainingWorkflow workflow = training();
    WorkflowUpdateHandle<String> extension =
        WorkflowStub.fromTyped(workflow)
            .startUpdate(
                "extend", WorkflowUpdateStage.ACCEPTED, String.class, json("{'steps':900}"));
    assertThat(cluster.extensions).isEmpty();
    end(workflow);
    assertThat(extension.getResultAsync()).succeedsWithin(Duration.ofSeconds(10));
    assertThat(cluster.extensions).hasSize(1);
    assertThat(resultOf("a-run-to-900").families()).hasSize(1);
  }

  @Test
  void anExtensionOfARunThatIsStoppedIsRefusedInTheEnd() {
    PretrainingWorkflow workflow = training();
    WorkflowUpdateHandle<String> extension =
        WorkflowStub.fromTyped(workflow)
            .startUpdate(
                "extend", WorkflowUpdateStage.ACCEPTED, String.class, json("{'steps':900}"));
    workflow.stopAfterCheckpoint();
    assertThat(extension.getResultAsync())
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableOfType(ExecutionException.class)
        .withStackTraceContaining("the run ended here before its trainings were done");
    assertThat(cluster.extensions).isEmpty();
  }

  @Test
  void theSameBranchAskedForTwiceIsOneRun() {
    PretrainingWorkflow workflow = training();
    cluster.endless = true;
    JsonNode change = json("{'learningRate':0.001}");
    assertThat(workflow.changeLearningRate(change)).isEqualTo("a-run-at-0.001");
    await().until(() -> cluster.segments.get() == 2);
    assertThat(workflow.changeLearningRate(change)).isEqualTo("a-run-at-0.001");
    assertThat(cluster.segments).hasValue(2);
    cluster.endless = false;
    end(workflow);
    Histories.keep(cluster.client(), "a-run", "pretraining-branched");
    // It outlives the run that it began from.
    PretrainingWorkflow branch =
        cluster.client().newWorkflowStub(PretrainingWorkflow.class, "a-run-at-0.001");
    branch.pause();
    branch.resume();
    assertThat(resultOf("a-run-at-0.001").families()).hasSize(1);
  }

  @Test
  void whatCannotBeMeantIsRefusedWithItsKeyAndBeforeItIsInTheHistory() {
    PretrainingWorkflow workflow = training();
    assertThatThrownBy(() -> workflow.extend(json("{'step':900}")))
        .hasStackTraceContaining("step: unknown key; did you mean \"steps\"?");
    assertThatThrownBy(() -> workflow.extend(json("{'fromStep':9}")))
        .hasStackTraceContaining("steps: missing, expected for example {\"steps\": 4000}");
    assertThatThrownBy(() -> workflow.extend(null))
        .hasStackTraceContaining("null, expected an object such as {\"steps\": 4000}");
    assertThatThrownBy(() -> workflow.extend(json("{'steps':9,'fromStep':'last'}")))
        .hasStackTraceContaining("fromStep: \"last\", expected a whole number");
    assertThatThrownBy(() -> workflow.changeLearningRate(json("{'learningRate':'high'}")))
        .hasStackTraceContaining("learningRate: \"high\", expected a number");
    assertThatThrownBy(
            () -> workflow.changeLearningRate(json("{'learningRate':1e-3,'fromStep':9}")))
        .hasStackTraceContaining("arm has no whole checkpoint at step 9");
    end(workflow);
    assertThat(cluster.client().fetchHistory("a-run").getEvents())
        .filteredOn(event -> event.hasWorkflowExecutionUpdateAcceptedEventAttributes())
        // Pause, resume, and the one that only the store could refuse.
        .hasSize(3);
  }
}
