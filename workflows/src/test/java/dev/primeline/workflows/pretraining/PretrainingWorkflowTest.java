package dev.primeline.workflows.pretraining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.corpus.CorpusActivities;
import dev.primeline.workflows.corpus.CorpusResult;
import dev.primeline.workflows.evaluation.EvaluationActivities;
import dev.primeline.workflows.evaluation.EvaluationRequest;
import dev.primeline.workflows.evaluation.EvaluationResult;
import dev.primeline.workflows.evaluation.FamilyScores;
import dev.primeline.workflows.evaluation.SelfCheck;
import dev.primeline.workflows.experiment.ExperimentActivities;
import dev.primeline.workflows.experiment.SpecReader;
import dev.primeline.workflows.report.ReportActivities;
import dev.primeline.workflows.report.ReportRequest;
import dev.primeline.workflows.report.ReportResult;
import dev.primeline.workflows.runs.RunActivities;
import dev.primeline.workflows.runs.RunRequest;
import dev.primeline.workflows.steps.FailureKind;
import dev.primeline.workflows.steps.Queues;
import dev.primeline.workflows.subtokens.SubTokenActivities;
import dev.primeline.workflows.subtokens.SubTokenResult;
import dev.primeline.workflows.training.SegmentRequest;
import dev.primeline.workflows.training.SegmentResult;
import dev.primeline.workflows.training.TrainingActivities;
import dev.primeline.workflows.training.TrainingSpec;
import dev.primeline.workflows.training.TrainingWorkflowImpl;
import io.temporal.activity.Activity;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.WorkerOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PretrainingWorkflowTest {

  private static final ArtifactRef REF = new ArtifactRef("some/key", "00", 1);
  private static final List<ReportRequest> REPORTS = new CopyOnWriteArrayList<>();
  private static final AtomicInteger SEGMENTS = new AtomicInteger();
  private static final List<RunRequest> RECORDED = new CopyOnWriteArrayList<>();
  private static volatile boolean alarm;
  private static volatile boolean endless;
  private static volatile String failingFamily = "";

  private TestWorkflowEnvironment temporal;

  @BeforeEach
  void startTemporal() {
    REPORTS.clear();
    SEGMENTS.set(0);
    RECORDED.clear();
    alarm = false;
    endless = false;
    failingFamily = "";
    temporal = TestWorkflowEnvironment.newInstance();
    temporal
        .newWorker(Queues.ORCHESTRATION)
        .registerWorkflowImplementationTypes(
            PretrainingWorkflowImpl.class, TrainingWorkflowImpl.class);
    temporal
        .newWorker(Queues.CPU)
        .registerActivitiesImplementations(
            (CorpusActivities)
                request ->
                    new CorpusResult(REF, "corpus", 16, 1000, 100, 10, 2, 0, 2.7, 1.5, false),
            (SubTokenActivities)
                request -> new SubTokenResult(REF, "codes", List.of(), List.of(), false),
            (RunActivities) RECORDED::add,
            (ReportActivities)
                request -> {
                  REPORTS.add(request);
                  return new ReportResult(REF, REF);
                });
    temporal
        .newWorker(
            Queues.GPU,
            WorkerOptions.newBuilder()
                .setMaxHeartbeatThrottleInterval(Duration.ofMillis(20))
                .build())
        .registerActivitiesImplementations(
            (TrainingActivities) PretrainingWorkflowTest::train,
            (EvaluationActivities) PretrainingWorkflowTest::evaluate);
    temporal
        .getWorkerFactory()
        .getWorker(Queues.ORCHESTRATION)
        .registerActivitiesImplementations((ExperimentActivities) SpecReaderDoor::resolve);
    temporal.start();
  }

  @AfterEach
  void stopTemporal() {
    temporal.close();
  }

  private static final class SpecReaderDoor {
    static dev.primeline.workflows.experiment.ExperimentSpec resolve(
        @org.jspecify.annotations.Nullable JsonNode typed) {
      try {
        return SpecReader.read(typed);
      } catch (dev.primeline.workflows.experiment.BadInput e) {
        throw FailureKind.BAD_INPUT.because(e.getMessage());
      }
    }
  }

  private static SegmentResult train(SegmentRequest request) {
    boolean forever = endless;
    SEGMENTS.incrementAndGet();
    while (forever) {
      // Ends with the exception that says so.
      Activity.getExecutionContext().heartbeat(null);
      LockSupport.parkNanos(1_000_000);
    }
    if (request.training().family().name().equals(failingFamily)) {
      throw FailureKind.DIVERGED.because("loss NaN at step 3");
    }
    return new SegmentResult(5, REF, REF, 10, 500, true, 0);
  }

  private static EvaluationResult evaluate(EvaluationRequest request) {
    return new EvaluationResult(
        new FamilyScores(
            1.6,
            0.01,
            0.02,
            0.022,
            new FamilyScores.TextClusters("sequences", 100),
            4.9,
            null,
            null,
            100,
            List.of()),
        new SelfCheck(List.of(new SelfCheck.Alarm("oracle", alarm, "1.2 where the truth is 1.5"))),
        REF,
        false);
  }

  private PretrainingWorkflow workflow() {
    WorkflowClient client = temporal.getWorkflowClient();
    return client.newWorkflowStub(
        PretrainingWorkflow.class,
        WorkflowOptions.newBuilder()
            .setTaskQueue(Queues.ORCHESTRATION)
            .setWorkflowId("a-run")
            .build());
  }

  private PretrainingResult run(String singleQuoted) throws Exception {
    return workflow().run(new ObjectMapper().readTree(singleQuoted.replace('\'', '"')));
  }

  @Test
  void everyFamilyIsTrainedScoredAndReportedInOrder() throws Exception {
    PretrainingResult result = run("{'families':['mdm','arm','prime-v2']}");
    assertThat(result.runId()).isEqualTo("a-run");
    assertThat(result.families())
        .extracting(PretrainingResult.Headline::name)
        .containsExactly("mdm", "arm", "prime-v2");
    assertThat(REPORTS).hasSize(1);
    assertThat(REPORTS.get(0).families()).hasSize(3);
  }

  @Test
  void aRunAndEachOfItsTrainingsAreOnRecordBeforeTheyAreTrained() throws Exception {
    failingFamily = "arm";
    assertThatThrownBy(() -> run("{'families':['arm','mdm']}"))
        .hasStackTraceContaining("loss NaN at step 3");
    assertThat(RECORDED).hasSize(3).extracting(RunRequest::runId).containsOnly("a-run");
    assertThat(RECORDED.get(0).training()).isNull();
    assertThat(RECORDED)
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
  void aBranchTrainsUnderTheHashOfItsParentAndANameOfItsOwn() throws Exception {
    run(BRANCH.formatted("corpus"));
    TrainingSpec training = REPORTS.get(0).families().get(0).training();
    assertThat(training.hash()).isEqualTo("feed");
    assertThat(training.branch()).startsWith("from-400-");
    assertThat(training.from()).isNotNull();
    assertThat(training.settings().steps()).isEqualTo(900);
  }

  @Test
  void aBranchOnOtherTextIsRefused() {
    assertThatThrownBy(() -> run(BRANCH.formatted("other")))
        .hasStackTraceContaining(
            "the text has changed since run r was trained: its tokens have hash corpus");
    assertThat(RECORDED).isEmpty();
  }

  @Test
  void equalTrainingsOfOneRunAreDoneOnce() throws Exception {
    PretrainingResult result = run("{'families':['mdm',{'family':'mdm','name':'twin'}]}");
    assertThat(result.families()).hasSize(2);
    assertThat(REPORTS.get(0).families().get(0).training().hash())
        .isEqualTo(REPORTS.get(0).families().get(1).training().hash());
  }

  @Test
  void aFiredAlarmFailsTheRunAfterItsReport() {
    alarm = true;
    assertThatThrownBy(() -> run("{}"))
        .isInstanceOf(WorkflowFailedException.class)
        .hasStackTraceContaining("the oracle alarm fired for arm: 1.2 where the truth is 1.5");
    assertThat(REPORTS).hasSize(1);
  }

  @Test
  void aTypoFailsAtOnceWithTheNearestName() {
    assertThatThrownBy(() -> run("{'modle':{}}"))
        .hasStackTraceContaining("modle: unknown key; did you mean \"model\"?");
  }

  @Test
  void aFamilyThatDivergesNamesItselfAndNoReportIsWritten() {
    failingFamily = "mdm";
    assertThatThrownBy(() -> run("{}")).hasStackTraceContaining("loss NaN at step 3");
    assertThat(REPORTS).isEmpty();
  }

  @Test
  void aPausedRunPausesItsTrainingsAndGoesOnWithThem() throws Exception {
    endless = true;
    PretrainingWorkflow workflow = workflow();
    var unused =
        WorkflowClient.start(
            workflow::run, new ObjectMapper().readTree("{\"families\":[\"mdm\",\"arm\"]}"));
    await().until(() -> SEGMENTS.get() == 2);
    assertThatThrownBy(workflow::resume).hasStackTraceContaining("this run is not paused");
    workflow.pause();
    assertThatThrownBy(workflow::pause).hasStackTraceContaining("this run is paused already");
    endless = false;
    workflow.resume();
    PretrainingResult result = WorkflowStub.fromTyped(workflow).getResult(PretrainingResult.class);
    assertThat(result.families()).hasSize(2);
    // The second two went on after the pause.
    assertThat(SEGMENTS).hasValue(4);
  }

  @Test
  void aRunStoppedAfterCheckpointsFailsAndSaysThatItWasAsked() throws Exception {
    endless = true;
    PretrainingWorkflow workflow = workflow();
    var unused = WorkflowClient.start(workflow::run, new ObjectMapper().readTree("{}"));
    await().until(() -> SEGMENTS.get() == 4);
    workflow.stopAfterCheckpoint();
    assertThatThrownBy(() -> WorkflowStub.fromTyped(workflow).getResult(PretrainingResult.class))
        .hasStackTraceContaining("stopped as asked");
    assertThat(SEGMENTS).hasValue(4);
    assertThat(REPORTS).isEmpty();
  }
}
