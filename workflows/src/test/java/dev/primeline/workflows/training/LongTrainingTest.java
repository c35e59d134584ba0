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
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.enums.v1.EventType;
import io.temporal.client.ActivityCanceledException;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.client.WorkflowUpdateHandle;
import io.temporal.client.WorkflowUpdateStage;
import io.temporal.common.WorkflowExecutionHistory;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.testing.WorkflowReplayer;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerOptions;
import io.temporal.worker.WorkflowImplementationOptions;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A training leaves a long history behind, and nothing that was asked of it. */
class LongTrainingTest {

  private static final int LONG = 30;
  private static final ArtifactRef REF = new ArtifactRef("some/key", "00", 1);

  private final AtomicInteger segments = new AtomicInteger();

  /** Whether segments go on until they are told to end. */
  private volatile boolean endless = true;

  /** Whether a segment that is told to end fails instead. */
  private volatile boolean failing;

  private final TestWorkflowEnvironment temporal = TestWorkflowEnvironment.newInstance();
  private final Worker orchestrator = temporal.newWorker(Queues.ORCHESTRATION);
  private TrainingWorkflow workflow;

  @BeforeEach
  void startTraining() {
    orchestrator.registerWorkflowImplementationFactory(
        TrainingWorkflow.class,
        arguments ->
            new TrainingWorkflowImpl(
                arguments.get(0, TrainingSpec.class),
                () -> Workflow.getInfo().getHistoryLength() > LONG),
        WorkflowImplementationOptions.getDefaultInstance());
    temporal
        .newWorker(
            Queues.GPU,
            WorkerOptions.newBuilder()
                .setMaxHeartbeatThrottleInterval(Duration.ofMillis(20))
                .build())
        .registerActivitiesImplementations((TrainingActivities) this::train);
    temporal.start();
    workflow =
        temporal
            .getWorkflowClient()
            .newWorkflowStub(
                TrainingWorkflow.class,
                WorkflowOptions.newBuilder()
                    .setTaskQueue(Queues.ORCHESTRATION)
                    .setWorkflowId(TrainingWorkflow.workflowId(spec()))
                    .build());
    var unused = WorkflowClient.start(workflow::run, spec());
    await().until(() -> segments.get() == 1);
  }

  @AfterEach
  void stopTemporal() {
    temporal.close();
  }

  private static TrainingSpec spec() {
    ExperimentSpec e = SpecReader.read(null);
    return new TrainingSpec(
        "abc", "main", e.families().get(0), 16, 15, e.model(), e.training(), 1, REF, "c", REF, "s");
  }

  /** The first segment's time is up when it is told so; the second does the rest. */
  private SegmentResult train(SegmentRequest request) {
    ActivityExecutionContext context = Activity.getExecutionContext();
    int segment = segments.incrementAndGet();
    try {
      while (endless) {
        context.heartbeat(segment);
        LockSupport.parkNanos(1_000_000);
      }
    } catch (ActivityCanceledException e) {
      if (failing) {
        throw FailureKind.DIVERGED.because("loss NaN at step 3");
      }
      throw e;
    }
    return new SegmentResult(40, REF, REF, 10, 4000, segment > 1, 0);
  }

  private void lengthen() {
    for (int i = 0; i < LONG; i++) {
      workflow.progressed(new TrainingProgress("arm", i, 40, 1.5, null, 5, 0.5, 0, 6, i));
    }
  }

  private SegmentResult result() {
    return WorkflowStub.fromTyped(workflow).getResult(SegmentResult.class);
  }

  private WorkflowExecution execution() {
    return WorkflowStub.fromTyped(workflow).describe().getExecution();
  }

  private WorkflowUpdateHandle<Long> asked(String update) {
    return WorkflowStub.fromTyped(workflow)
        .startUpdate(update, WorkflowUpdateStage.ACCEPTED, Long.class);
  }

  @Test
  void aSegmentAtTheEndOfALongHistoryIsFollowedInANewOne() throws Exception {
    WorkflowExecution first = execution();
    lengthen();
    endless = false;
    assertThat(result().finished()).isTrue();
    assertThat(segments).hasValue(2);
    assertThat(execution().getRunId()).isNotEqualTo(first.getRunId());
    WorkflowExecutionHistory left =
        temporal.getWorkflowClient().fetchHistory(first.getWorkflowId(), first.getRunId());
    assertThat(left.getLastEvent().getEventType())
        .isEqualTo(EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW);
    // By a worker to which that many events are long, as the server decides it elsewhere.
    WorkflowReplayer.replayWorkflowExecution(left, orchestrator);
    Histories.keep(temporal.getWorkflowClient(), first.getWorkflowId(), "training-continued");
  }

  @Test
  void aStopIsNoLessAStopWhenTheHistoryIsLong() {
    lengthen();
    WorkflowUpdateHandle<Long> stop = asked("stopAfterCheckpoint");
    assertThat(stop.getResultAsync()).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(LONG - 1L);
    assertThatThrownBy(this::result).hasStackTraceContaining("arm: stopped as asked");
    assertThat(segments).hasValue(1);
  }

  @Test
  void aPauseIsNoLessAPauseWhenTheHistoryIsLong() {
    WorkflowExecution first = execution();
    lengthen();
    assertThat(workflow.pause()).isEqualTo(LONG - 1L);
    assertThat(execution()).isEqualTo(first);
    assertThat(segments).hasValue(1);
    endless = false;
    workflow.resume();
    assertThat(result().finished()).isTrue();
  }

  @Test
  void whoAsksSomethingOfATrainingThatFailsInThatMomentIsAnswered() {
    failing = true;
    WorkflowUpdateHandle<Long> stop = asked("stopAfterCheckpoint");
    assertThat(stop.getResultAsync()).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(-1L);
    assertThatThrownBy(this::result).hasStackTraceContaining("loss NaN at step 3");
  }
}
