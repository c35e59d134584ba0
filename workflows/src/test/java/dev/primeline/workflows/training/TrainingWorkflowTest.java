package dev.primeline.workflows.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.primeline.workflows.Histories;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.experiment.ExperimentSpec;
import dev.primeline.workflows.experiment.SpecReader;
import dev.primeline.workflows.steps.FailureKind;
import dev.primeline.workflows.steps.Queues;
import io.temporal.activity.Activity;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.WorkerOptions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TrainingWorkflowTest {

  /** Plays back outcomes, one per segment. */
  private static final class ScriptedSegments implements TrainingActivities {
    final Deque<Supplier<SegmentResult>> script = new ArrayDeque<>();
    final List<Integer> microBatches = new CopyOnWriteArrayList<>();
    volatile int segments;

    @Override
    public synchronized SegmentResult trainSegment(SegmentRequest request) {
      segments = segments + 1;
      microBatches.add(request.training().settings().microBatch());
      return script.removeFirst().get();
    }
  }

  private static final ArtifactRef REF = new ArtifactRef("some/key", "00", 1);
  private final ScriptedSegments segments = new ScriptedSegments();
  private TestWorkflowEnvironment temporal;

  @BeforeEach
  void startTemporal() {
    temporal = TestWorkflowEnvironment.newInstance();
    temporal
        .newWorker(Queues.ORCHESTRATION)
        .registerWorkflowImplementationTypes(TrainingWorkflowImpl.class);
    temporal
        .newWorker(
            Queues.GPU,
            WorkerOptions.newBuilder()
                .setMaxHeartbeatThrottleInterval(Duration.ofMillis(20))
                .build())
        .registerActivitiesImplementations(segments);
    temporal.start();
  }

  @AfterEach
  void stopTemporal() {
    temporal.close();
  }

  private static SegmentResult reached(long step, long steps) {
    return new SegmentResult(step, REF, REF, 10, step * 100, step == steps, 0);
  }

  private static Supplier<SegmentResult> ends(FailureKind kind) {
    return () -> {
      throw kind.because("scripted " + kind.wireName());
    };
  }

  private static Supplier<SegmentResult> commitsAndFails(long step) {
    return () -> {
      itsWorkflow()
          .progressed(new TrainingProgress("arm", step, 100, 1.0, null, 5, 0.5, 0, 6, step));
      throw FailureKind.TROUBLE.because("disk full");
    };
  }

  private static TrainingWorkflow itsWorkflow() {
    var context = Activity.getExecutionContext();
    return context
        .getWorkflowClient()
        .newWorkflowStub(TrainingWorkflow.class, context.getInfo().getWorkflowId());
  }

  /** Begins, and is not heard of again; the server would say so after a minute. */
  private static Supplier<SegmentResult> fallsSilent(long step) {
    return endsIn(step, FailureKind.WORKER_LOST);
  }

  private static Supplier<SegmentResult> endsIn(long step, FailureKind kind) {
    return () -> {
      itsWorkflow().began(new SegmentBegan("7@node", step));
      throw kind.because("scripted " + kind.wireName());
    };
  }

  /** Begins at no checkpoint, and hangs in the step after this one. */
  private static Supplier<SegmentResult> hangsAfter(long step) {
    return () -> {
      itsWorkflow().began(new SegmentBegan("7@node", 0));
      itsWorkflow().progressed(new TrainingProgress("arm", step, 100, 1.0, null, 5, 0.5, 0, 6, -1));
      throw FailureKind.STEP_HUNG.because("scripted StepHung");
    };
  }

  /** Commits a step, and trains on until it is told to stop. */
  private static Supplier<SegmentResult> trainsUntilCancelled(long step) {
    return () -> {
      itsWorkflow()
          .progressed(new TrainingProgress("arm", step, 100, 1.0, null, 5, 0.5, 0, 6, step));
      while (true) {
        // Ends with the exception that says so.
        Activity.getExecutionContext().heartbeat(step);
        LockSupport.parkNanos(1_000_000);
      }
    };
  }

  private TrainingSpec spec() {
    ExperimentSpec e = SpecReader.read(null);
    return new TrainingSpec(
        "abc", "main", e.families().get(0), 16, 15, e.model(), e.training(), 1, REF, "c", REF, "s");
  }

  private TrainingWorkflow workflow() {
    return temporal
        .getWorkflowClient()
        .newWorkflowStub(
            TrainingWorkflow.class,
            WorkflowOptions.newBuilder()
                .setTaskQueue(Queues.ORCHESTRATION)
                .setWorkflowId(TrainingWorkflow.workflowId(spec()))
                .build());
  }

  private SegmentResult run() {
    return workflow().run(spec());
  }

  /** Starts it and waits until it has committed a step. */
  private TrainingWorkflow started() {
    TrainingWorkflow workflow = workflow();
    var unused = WorkflowClient.start(workflow::run, spec());
    await().until(() -> workflow.progress().checkpointStep() > 0);
    return workflow;
  }

  private static SegmentResult result(TrainingWorkflow workflow) {
    return WorkflowStub.fromTyped(workflow).getResult(SegmentResult.class);
  }

  @Test
  void segmentsFollowEachOtherToTheLastStep() {
    segments.script.addAll(List.of(() -> reached(40, 100), () -> reached(100, 100)));
    assertThat(run().step()).isEqualTo(100);
    assertThat(segments.segments).isEqualTo(2);
  }

  @Test
  void workersThatLeaveAreLostOrSupersededAreNeverCounted() {
    List<FailureKind> free =
        List.of(FailureKind.WORKER_SHUTDOWN, FailureKind.WORKER_LOST, FailureKind.SUPERSEDED);
    for (int i = 0; i < 12; i++) {
      segments.script.add(ends(free.get(i % 3)));
    }
    segments.script.add(() -> reached(100, 100));
    assertThat(run().finished()).isTrue();
    assertThat(segments.segments).isEqualTo(13);
  }

  @Test
  void threeTroublesInARowWithoutACommitFailTheTraining() {
    for (int i = 0; i < 3; i++) {
      segments.script.add(ends(FailureKind.TROUBLE));
    }
    assertThatThrownBy(this::run)
        .isInstanceOf(WorkflowFailedException.class)
        .hasStackTraceContaining("scripted Trouble");
    assertThat(segments.segments).isEqualTo(3);
  }

  @Test
  void aCommitBetweenTroublesForgivesThem() {
    segments.script.addAll(
        List.of(
            ends(FailureKind.TROUBLE),
            ends(FailureKind.TROUBLE),
            commitsAndFails(10),
            commitsAndFails(20),
            commitsAndFails(30),
            () -> reached(100, 100)));
    assertThat(run().finished()).isTrue();
  }

  @Test
  void badInputFailsAtOnce() {
    segments.script.add(ends(FailureKind.BAD_INPUT));
    assertThatThrownBy(this::run).hasStackTraceContaining("scripted BadInput");
    assertThat(segments.segments).isEqualTo(1);
  }

  @Test
  void workersThatAreKilledInTheSameStepHalveTheMicroBatchOnceAndThenFailTheTraining() {
    for (int i = 0; i < 6; i++) {
      segments.script.add(fallsSilent(5));
    }
    assertThatThrownBy(this::run)
        .hasStackTraceContaining(
            "arm: attempt after attempt ends in the step after 5 without a new checkpoint, with 16 sequences at once; last sign of life: ")
        .hasStackTraceContaining("Z from 7@node; last checkpoint: none");
    assertThat(segments.microBatches).containsExactly(32, 32, 32, 16, 16, 16);
  }

  @Test
  void halfTheMicroBatchMayBeAllThatWasMissing() {
    for (int i = 0; i < 3; i++) {
      segments.script.add(fallsSilent(5));
    }
    segments.script.add(() -> reached(40, 100));
    segments.script.add(() -> reached(100, 100));
    assertThat(run().finished()).isTrue();
    assertThat(segments.microBatches).containsExactly(32, 32, 32, 16, 16);
    Histories.keep(
        temporal.getWorkflowClient(), TrainingWorkflow.workflowId(spec()), "training-halved");
  }

  @Test
  void aCommitThatNobodyLivedToTellOfForgivesToo() {
    for (int step : List.of(5, 5, 6, 6, 7, 7)) {
      segments.script.add(endsIn(step, FailureKind.STEP_HUNG));
    }
    segments.script.add(() -> reached(100, 100));
    assertThat(run().finished()).isTrue();
    assertThat(segments.microBatches).containsOnly(32);
  }

  @Test
  void workersLostInDifferentStepsAreNeverCounted() {
    for (int i = 0; i < 9; i++) {
      segments.script.add(fallsSilent(i));
    }
    segments.script.add(() -> reached(100, 100));
    assertThat(run().finished()).isTrue();
    assertThat(segments.microBatches).containsOnly(32);
  }

  @Test
  void stepsThatHangAgainAndAgainFailTheTrainingWhicheverTheyAre() {
    for (int i = 0; i < 6; i++) {
      segments.script.add(hangsAfter(i));
    }
    assertThatThrownBy(this::run).hasStackTraceContaining("arm: attempt after attempt ends");
    assertThat(segments.microBatches).containsExactly(32, 32, 32, 16, 16, 16);
  }

  @Test
  void aPauseSavesACheckpointAndFreesTheDeviceUntilItIsTakenBack() {
    segments.script.add(trainsUntilCancelled(40));
    TrainingWorkflow workflow = started();
    assertThat(workflow.pause()).isEqualTo(40);
    assertThat(segments.segments).isEqualTo(1);
    assertThatThrownBy(workflow::pause)
        .hasStackTraceContaining("arm is paused already, expected a training that runs");
    segments.script.add(() -> reached(100, 100));
    workflow.resume();
    assertThat(result(workflow).finished()).isTrue();
    assertThat(segments.segments).isEqualTo(2);
    Histories.keep(
        temporal.getWorkflowClient(), TrainingWorkflow.workflowId(spec()), "training-paused");
  }

  @Test
  void onlyWhatIsPausedIsResumed() {
    segments.script.add(trainsUntilCancelled(40));
    TrainingWorkflow workflow = started();
    assertThatThrownBy(workflow::resume)
        .hasStackTraceContaining("arm is not paused, expected a paused training");
    workflow.stopAfterCheckpoint();
  }

  @Test
  void aTrainingStoppedAfterACheckpointEndsAsCancelledAndSaysWhereItGoesOn() {
    segments.script.add(trainsUntilCancelled(40));
    TrainingWorkflow workflow = started();
    assertThat(workflow.stopAfterCheckpoint()).isEqualTo(40);
    assertThatThrownBy(() -> result(workflow))
        .hasStackTraceContaining(
            "arm: stopped as asked, last checkpoint: step 40; the same training goes on from there");
    assertThat(segments.segments).isEqualTo(1);
  }
}
