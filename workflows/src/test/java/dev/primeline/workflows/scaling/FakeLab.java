package dev.primeline.workflows.scaling;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.corpus.CorpusWorkflowImpl;
import dev.primeline.workflows.corpus.FakeCorpus;
import dev.primeline.workflows.evaluation.EvaluationActivities;
import dev.primeline.workflows.evaluation.EvaluationRequest;
import dev.primeline.workflows.evaluation.EvaluationResult;
import dev.primeline.workflows.evaluation.FamilyScores;
import dev.primeline.workflows.evaluation.SelfCheck;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.Parameters;
import dev.primeline.workflows.experiment.Search;
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
import io.temporal.client.WorkflowOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerOptions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Studies on an in-memory server, with trainings whose loss follows a law and takes no time. */
final class FakeLab implements AutoCloseable {

  private static final ArtifactRef REF = new ArtifactRef("some/key", "00", 1);
  private static final ObjectMapper JSON = new ObjectMapper();

  final List<StudyReportRequest> reports = new CopyOnWriteArrayList<>();

  /** Hashes of what was really trained; a second asking finds the first's checkpoint. */
  final Map<String, TrainingSpec> trained = new ConcurrentHashMap<>();

  final AtomicInteger active = new AtomicInteger();
  final AtomicInteger mostActive = new AtomicInteger();

  /** Part of a training's name that fails for good. */
  volatile String failing = "nothing";

  /** Part of a training's name that hangs until it is told to end. */
  volatile String hanging = "nothing";

  /** Evaluations that fail in passing before one succeeds. */
  final AtomicInteger troubles = new AtomicInteger();

  private final TestWorkflowEnvironment temporal = TestWorkflowEnvironment.newInstance();

  FakeLab(int longestHistory) {
    Worker orchestrator = temporal.newWorker(Queues.ORCHESTRATION);
    orchestrator.registerWorkflowImplementationTypes(
        TrainingWorkflowImpl.class, CorpusWorkflowImpl.class);
    orchestrator.registerWorkflowImplementationFactory(
        ScalingStudyWorkflow.class, () -> new ScalingStudyWorkflowImpl(longestHistory));
    temporal
        .newWorker(Queues.CPU)
        .registerActivitiesImplementations(
            new FakeCorpus(),
            (SubTokenActivities)
                request -> new SubTokenResult(REF, "codes", List.of(), List.of(), false),
            new Fits());
    temporal
        .newWorker(
            Queues.GPU,
            WorkerOptions.newBuilder()
                .setMaxHeartbeatThrottleInterval(Duration.ofMillis(20))
                .build())
        .registerActivitiesImplementations(
            (TrainingActivities) this::train, (EvaluationActivities) this::evaluate);
    temporal.start();
  }

  WorkflowClient client() {
    return temporal.getWorkflowClient();
  }

  ScalingStudyWorkflow workflow(String id) {
    return client()
        .newWorkflowStub(
            ScalingStudyWorkflow.class,
            WorkflowOptions.newBuilder()
                .setTaskQueue(Queues.ORCHESTRATION)
                .setWorkflowId(id)
                .build());
  }

  StudyResult run(String id, String singleQuoted) {
    return workflow(id).run(json(singleQuoted));
  }

  static JsonNode json(String singleQuoted) {
    try {
      return JSON.readTree(singleQuoted.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Override
  public void close() {
    temporal.close();
  }

  private SegmentResult train(SegmentRequest request) {
    TrainingSpec training = request.training();
    String name = training.family().name();
    mostActive.accumulateAndGet(active.incrementAndGet(), Math::max);
    try {
      if (name.contains(failing)) {
        throw FailureKind.DIVERGED.because("loss NaN at step 3");
      }
      while (name.contains(hanging)) {
        // Ends with the exception that says so.
        Activity.getExecutionContext().heartbeat(null);
        LockSupport.parkNanos(1_000_000);
      }
      trained.put(training.hash(), training);
      long steps = training.settings().steps();
      ArtifactRef manifest =
          new ArtifactRef(
              "trainings/%s/main/step-%09d/manifest.json".formatted(training.hash(), steps),
              "00",
              1);
      return new SegmentResult(
          steps, manifest, REF, parameters(training), tokens(training), true, 0);
    } finally {
      active.decrementAndGet();
    }
  }

  private static long parameters(TrainingSpec training) {
    return Parameters.count(training.model(), training.family(), training.vocabularySize());
  }

  private static long tokens(TrainingSpec training) {
    return training.settings().steps() * training.settings().batch() * training.model().length();
  }

  private EvaluationResult evaluate(EvaluationRequest request) {
    if (troubles.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw FailureKind.TROUBLE.because("the disk is full");
    }
    TrainingSpec training = request.training();
    double nats =
        1.5
            + 20 * Math.pow((double) parameters(training), -0.4)
            + 60 * Math.pow((double) tokens(training), -0.4)
            // The best rate at any width is the rule's own for 0.004 at width 32.
            + Math.abs(
                Math.log(
                    training.settings().learningRate()
                        / (0.004 * Math.pow(training.model().width() / 32.0, -0.5))));
    return new EvaluationResult(
        new FamilyScores(
            nats,
            0.01,
            0.02,
            0.022,
            new FamilyScores.TextClusters("sequences", 100),
            Math.exp(nats),
            null,
            null,
            100,
            List.of()),
        new SelfCheck(List.of(new SelfCheck.Alarm("oracle", false, "as it should be"))),
        new ArtifactRef("evaluations/" + training.hash() + ".json", "00", 1),
        false);
  }

  private final class Fits implements ScalingActivities {

    @Override
    public ResolvedStudy resolve(@Nullable JsonNode typed) {
      try {
        return new ResolvedStudy(StudyReader.read(typed), Search.NONE, null);
      } catch (BadInput e) {
        throw FailureKind.BAD_INPUT.because(e.getMessage());
      }
    }

    /** Where the lowest point lies, which is where a parabola's minimum would. */
    @Override
    public Minimum minimum(MinimumRequest request) {
      List<PointOutcome> sorted =
          request.points().stream()
              .sorted(Comparator.comparingLong(PointOutcome::parameters))
              .toList();
      PointOutcome lowest =
          sorted.stream().min(Comparator.comparingDouble(PointOutcome::nats)).orElseThrow();
      return new Minimum(
          lowest.parameters() == sorted.get(0).parameters()
              ? Place.BELOW
              : lowest.parameters() == sorted.get(sorted.size() - 1).parameters()
                  ? Place.ABOVE
                  : Place.INSIDE);
    }

    @Override
    public StudyReport report(StudyReportRequest request) {
      reports.add(request);
      return new StudyReport(REF, REF, REF, List.of("no difference shown"));
    }
  }
}
