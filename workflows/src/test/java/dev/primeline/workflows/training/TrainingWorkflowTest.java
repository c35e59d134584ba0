package dev.primeline.workflows.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.experiment.ExperimentSpec;
import dev.primeline.workflows.experiment.SpecReader;
import dev.primeline.workflows.steps.FailureKind;
import dev.primeline.workflows.steps.Queues;
import io.temporal.activity.Activity;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TrainingWorkflowTest {

  /** Plays back outcomes, one per segment. */
  private static final class ScriptedSegments implements TrainingActivities {
    final Deque<Supplier<SegmentResult>> script = new ArrayDeque<>();
    int segments;

    @Override
    public SegmentResult trainSegment(SegmentRequest request) {
      segments++;
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
    temporal.newWorker(Queues.GPU).registerActivitiesImplementations(segments);
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
      var context = Activity.getExecutionContext();
      context
          .getWorkflowClient()
          .newWorkflowStub(TrainingWorkflow.class, context.getInfo().getWorkflowId())
          .progressed(new TrainingProgress("arm", step, 100, 1.0, null, 5, 0.5, 0, 6, step));
      throw FailureKind.TROUBLE.because("disk full");
    };
  }

  private TrainingSpec spec() {
    ExperimentSpec e = SpecReader.read(null);
    return new TrainingSpec(
        "abc", "main", e.families().get(0), 16, 15, e.model(), e.training(), 1, REF, "c", REF, "s");
  }

  private SegmentResult run() {
    TrainingSpec spec = spec();
    WorkflowClient client = temporal.getWorkflowClient();
    TrainingWorkflow workflow =
        client.newWorkflowStub(
            TrainingWorkflow.class,
            WorkflowOptions.newBuilder()
                .setTaskQueue(Queues.ORCHESTRATION)
                .setWorkflowId(TrainingWorkflow.workflowId(spec))
                .build());
    return workflow.run(spec);
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
}
