package dev.primeline.workflows.pretraining;

import static dev.primeline.workflows.pretraining.FakeCluster.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.primeline.workflows.Histories;
import dev.primeline.workflows.runs.RunRequest;
import dev.primeline.workflows.training.TrainingProgress;
import dev.primeline.workflows.training.TrainingSpec;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.client.WorkflowStub;
import io.temporal.client.WorkflowUpdateHandle;
import io.temporal.client.WorkflowUpdateStage;
import io.temporal.testing.WorkflowReplayer;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PretrainingWorkflowTest {

  private final FakeCluster cluster = new FakeCluster();

  @AfterEach
  void stopTemporal() {
    cluster.close();
  }

  @Test
  void everyFamilyIsTrainedScoredAndReportedInOrder() {
    PretrainingResult result = cluster.run("{'families':['mdm','arm','prime-v2']}");
    assertThat(result.runId()).isEqualTo("a-run");
    assertThat(result.families())
        .extracting(PretrainingResult.Headline::name)
        .containsExactly("mdm", "arm", "prime-v2");
    assertThat(cluster.reports).hasSize(1);
    assertThat(cluster.reports.get(0).families()).hasSize(3);
    Histories.keep(cluster.client(), "a-run", "pretraining-with-corpus");
  }

  @Test
  void aRunAndEachOfItsTrainingsAreOnRecordBeforeTheyAreTrained() {
    cluster.failingFamily = "arm";
    assertThatThrownBy(() -> cluster.run("{'families':['arm','mdm']}"))
        .hasStackTraceContaining("loss NaN at step 3");
    assertThat(cluster.recorded).hasSize(3).extracting(RunRequest::runId).containsOnly("a-run");
    assertThat(cluster.recorded.get(0).training()).isNull();
    assertThat(cluster.recorded)
        .extracting(RunRequest::training)
        .filteredOn(training -> training != null)
        .extracting(training -> training.family().name())
        .containsExactlyInAnyOrder("arm", "mdm");
  }

  private static final String BRANCH =
      """
      {'families':['arm'],'training':{'steps':900},
       'branch':{'run':'r','corpusHash':'%s','from':[{'family':'arm','training':'feed','step':400,
         'checkpoint':{'key':'trainings/feed/main/step-000000400/manifest.json','sha256':'00',
           'bytes':9}}]}}
      """;

  @Test
  void aBranchTrainsUnderTheHashOfItsParentAndANameOfItsOwn() {
    cluster.run(BRANCH.formatted("corpus"));
    TrainingSpec training = cluster.reports.get(0).families().get(0).training();
    assertThat(training.hash()).isEqualTo("feed");
    assertThat(training.branch()).startsWith("from-400-");
    assertThat(training.from()).isNotNull();
    assertThat(training.settings().steps()).isEqualTo(900);
  }

  @Test
  void aBranchOnOtherTextIsRefused() {
    assertThatThrownBy(() -> cluster.run(BRANCH.formatted("other")))
        .hasStackTraceContaining(
            "the text has changed since run r was trained: its tokens have hash corpus");
    assertThat(cluster.recorded).isEmpty();
  }

  @Test
  void equalTrainingsOfOneRunAreDoneOnce() {
    PretrainingResult result = cluster.run("{'families':['mdm',{'family':'mdm','name':'twin'}]}");
    assertThat(result.families()).hasSize(2);
    assertThat(cluster.reports.get(0).families().get(0).training().hash())
        .isEqualTo(cluster.reports.get(0).families().get(1).training().hash());
  }

  @Test
  void aFiredAlarmFailsTheRunAfterItsReport() {
    cluster.alarm = true;
    assertThatThrownBy(() -> cluster.run("{}"))
        .isInstanceOf(WorkflowFailedException.class)
        .hasStackTraceContaining("the oracle alarm fired for arm: 1.2 where the truth is 1.5");
    assertThat(cluster.reports).hasSize(1);
  }

  @Test
  void aTypoFailsAtOnceWithTheNearestName() {
    assertThatThrownBy(() -> cluster.run("{'modle':{}}"))
        .hasStackTraceContaining("modle: unknown key; did you mean \"model\"?");
  }

  @Test
  void aFamilyThatDivergesNamesItselfAndNoReportIsWritten() {
    cluster.failingFamily = "mdm";
    assertThatThrownBy(() -> cluster.run("{}")).hasStackTraceContaining("loss NaN at step 3");
    assertThat(cluster.reports).isEmpty();
  }

  @Test
  void aPausedRunPausesItsTrainingsAndGoesOnWithThem() {
    cluster.endless = true;
    PretrainingWorkflow workflow = cluster.start("{'families':['mdm','arm']}");
    await().until(() -> cluster.segments.get() == 2);
    assertThatThrownBy(workflow::resume).hasStackTraceContaining("this run is not paused");
    workflow.pause();
    assertThatThrownBy(workflow::pause).hasStackTraceContaining("this run is paused already");
    cluster.endless = false;
    workflow.resume();
    PretrainingResult result = WorkflowStub.fromTyped(workflow).getResult(PretrainingResult.class);
    assertThat(result.families()).hasSize(2);
    Histories.keep(cluster.client(), "a-run", "pretraining-paused");
    // The second two went on after the pause.
    assertThat(cluster.segments).hasValue(4);
  }

  @Test
  void aRunStoppedAfterCheckpointsFailsAndSaysThatItWasAsked() {
    cluster.endless = true;
    PretrainingWorkflow workflow = cluster.start("{}");
    await().until(() -> cluster.segments.get() == 4);
    workflow.stopAfterCheckpoint();
    assertThatThrownBy(() -> WorkflowStub.fromTyped(workflow).getResult(PretrainingResult.class))
        .hasStackTraceContaining("stopped as asked");
    assertThat(cluster.segments).hasValue(4);
    assertThat(cluster.reports).isEmpty();
  }

  @Test
  void aPauseInTheInstantInWhichATrainingBeginsIsHeard() {
    for (int round = 0; round < 8; round++) {
      cluster.endless = true;
      cluster.pauseAtTraining = true;
      PretrainingWorkflow workflow = cluster.start("{'families':['mdm']}");
      await().until(() -> workflow.progress().notes().contains("pausing"));
      // Segments that began before this end only because of the pause.
      cluster.endless = false;
      await().until(() -> cluster.active.get() == 0);
      // The in-memory server forgets an update when other news makes its workflow task fail.
      await()
          .ignoreException(WorkflowNotFoundException.class)
          .untilAsserted(() -> workflow.resume());
      assertThat(WorkflowStub.fromTyped(workflow).getResult(PretrainingResult.class).families())
          .hasSize(1);
    }
  }

  @Test
  void aRunWithALongHistoryContinuesAsNewAndFindsItsTrainings() throws Exception {
    try (FakeCluster brief = new FakeCluster(60)) {
      brief.endless = true;
      PretrainingWorkflow workflow = brief.start("{'families':['mdm'],'seed':3}");
      WorkflowStub stub = WorkflowStub.fromTyped(workflow);
      await().until(() -> brief.segments.get() == 1);
      WorkflowExecution first = stub.describe().getExecution();
      WorkflowUpdateHandle<String> extension =
          stub.startUpdate(
              "extend", WorkflowUpdateStage.ACCEPTED, String.class, json("{'steps':900}"));
      brief.endless = false;
      lengthen(workflow);
      await().until(() -> brief.segments.get() == 2);
      assertThat(stub.getResult(PretrainingResult.class).families()).hasSize(1);
      Histories.keep(brief.client(), "a-run", "pretraining-continued");
      WorkflowReplayer.replayWorkflowExecution(
          brief.client().fetchHistory("a-run", first.getRunId()), brief.orchestrator);
      assertThat(extension.getResultAsync())
          .as("who waits for the end is told that this is not it")
          .failsWithin(Duration.ofSeconds(10))
          .withThrowableOfType(ExecutionException.class)
          .withStackTraceContaining("the run ended here before its trainings were done");
      assertThat(brief.client().fetchHistory("a-run").getEvents().get(0))
          .extracting(
              event ->
                  event.getWorkflowExecutionStartedEventAttributes().getContinuedExecutionRunId())
          .isNotEqualTo("");
      assertThat(brief.recorded)
          .extracting(RunRequest::spec)
          .containsOnly(brief.recorded.get(0).spec());
      assertThat(brief.recorded.get(0).spec().seed()).isEqualTo(3);
    }
  }

  @Test
  void aPauseWhileALongHistoryIsLeftBehindIsNoLessAPause() {
    try (FakeCluster brief = new FakeCluster(60)) {
      brief.endless = true;
      brief.saving = true;
      PretrainingWorkflow workflow = brief.start("{'families':['mdm']}");
      WorkflowStub stub = WorkflowStub.fromTyped(workflow);
      await().until(() -> brief.segments.get() == 1);
      WorkflowExecution first = stub.describe().getExecution();
      lengthen(workflow);
      await().until(() -> brief.told.get() == 1);
      workflow.pause();
      brief.endless = false;
      brief.saving = false;
      await().until(() -> brief.active.get() == 0);
      assertThat(workflow.progress().notes()).endsWith("pausing");
      assertThat(stub.describe().getExecution()).isEqualTo(first);
      workflow.resume();
      assertThat(stub.getResult(PretrainingResult.class).families()).hasSize(1);
      assertThat(brief.segments).hasValue(2);
    }
  }

  private static void lengthen(PretrainingWorkflow workflow) {
    TrainingProgress progress = new TrainingProgress("mdm", 4, 5, 1.25, null, 100, 0, 0, 7, 3);
    for (int i = 0; i < 25; i++) {
      workflow.progressed(progress);
    }
  }
}
