package dev.primeline.workflows.pretraining;

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
import dev.primeline.workflows.experiment.ExperimentActivities;
import dev.primeline.workflows.experiment.Resolved;
import dev.primeline.workflows.experiment.Search;
import dev.primeline.workflows.experiment.SpecReader;
import dev.primeline.workflows.report.ReportActivities;
import dev.primeline.workflows.report.ReportRequest;
import dev.primeline.workflows.report.ReportResult;
import dev.primeline.workflows.runs.ExtensionRequest;
import dev.primeline.workflows.runs.LearningRateRequest;
import dev.primeline.workflows.runs.PlannedBranch;
import dev.primeline.workflows.runs.RunActivities;
import dev.primeline.workflows.runs.RunRequest;
import dev.primeline.workflows.steps.FailureKind;
import dev.primeline.workflows.steps.Queues;
import dev.primeline.workflows.steps.RunAttributes;
import dev.primeline.workflows.subtokens.SubTokenActivities;
import dev.primeline.workflows.subtokens.SubTokenResult;
import dev.primeline.workflows.training.SegmentRequest;
import dev.primeline.workflows.training.SegmentResult;
import dev.primeline.workflows.training.TrainingActivities;
import dev.primeline.workflows.training.TrainingProgress;
import dev.primeline.workflows.training.TrainingWorkflow;
import dev.primeline.workflows.training.TrainingWorkflowImpl;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.client.ActivityCompletionException;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The workflows on an in-memory server, with activities that do nothing and say what they did. */
final class FakeCluster implements AutoCloseable {

  static final ArtifactRef REF = new ArtifactRef("some/key", "00", 1);
  private static final ObjectMapper JSON = new ObjectMapper();

  final List<ReportRequest> reports = new CopyOnWriteArrayList<>();
  final List<RunRequest> recorded = new CopyOnWriteArrayList<>();
  final List<ExtensionRequest> extensions = new CopyOnWriteArrayList<>();
  final FakeAirflow airflow = new FakeAirflow();
  final AtomicInteger segments = new AtomicInteger();

  /** Segments under way. */
  final AtomicInteger active = new AtomicInteger();

  /** Segments that were told to end. */
  final AtomicInteger told = new AtomicInteger();

  volatile boolean alarm;

  /** Whether segments that begin now go on until they are told to end. */
  volatile boolean endless;

  /** Whether segments that are told to end are still saving. */
  volatile boolean saving;

  /** Whether a run is paused while its training begins. */
  volatile boolean pauseAtTraining;

  volatile String failingFamily = "";
  volatile Search search = Search.LACKING;
  volatile @Nullable String artifactUrl;

  private final TestWorkflowEnvironment temporal = TestWorkflowEnvironment.newInstance();

  /** The worker of the workflows. */
  final Worker orchestrator = temporal.newWorker(Queues.ORCHESTRATION);

  FakeCluster() {
    this(30_000);
  }

  /**
   * @param longestHistory of a run, in events
   */
  FakeCluster(int longestHistory) {
    orchestrator.registerWorkflowImplementationTypes(
        TrainingWorkflowImpl.class, CorpusWorkflowImpl.class);
    orchestrator.registerWorkflowImplementationFactory(
        PretrainingWorkflow.class, () -> new PretrainingWorkflowImpl(longestHistory));
    orchestrator.registerActivitiesImplementations((ExperimentActivities) this::resolve);
    temporal
        .newWorker(Queues.CPU, promptly())
        .registerActivitiesImplementations(
            new FakeCorpus(),
            (SubTokenActivities)
                request -> new SubTokenResult(REF, "codes", List.of(), List.of(), false),
            new FakeRuns(),
            airflow,
            (ReportActivities)
                request -> {
                  reports.add(request);
                  return new ReportResult(REF, REF);
                });
    temporal
        .newWorker(Queues.GPU, promptly())
        .registerActivitiesImplementations(
            (TrainingActivities) this::train, (EvaluationActivities) this::evaluate);
    temporal.start();
  }

  /** Hears of a cancellation at once. */
  private static WorkerOptions promptly() {
    return WorkerOptions.newBuilder()
        .setMaxHeartbeatThrottleInterval(Duration.ofMillis(20))
        .build();
  }

  /** Makes the namespace one that has the search attributes. */
  void registerSearchAttributes() {
    RunAttributes.ALL.forEach(
        attribute ->
            temporal.registerSearchAttribute(attribute.getName(), attribute.getValueType()));
    search = Search.READY;
  }

  WorkflowClient client() {
    return temporal.getWorkflowClient();
  }

  PretrainingWorkflow workflow() {
    return client()
        .newWorkflowStub(
            PretrainingWorkflow.class,
            WorkflowOptions.newBuilder()
                .setTaskQueue(Queues.ORCHESTRATION)
                .setWorkflowId("a-run")
                .build());
  }

  /** Runs it to its end. */
  PretrainingResult run(String singleQuoted) {
    return workflow().run(json(singleQuoted));
  }

  /** Starts it. */
  PretrainingWorkflow start(String singleQuoted) {
    PretrainingWorkflow workflow = workflow();
    var unused = WorkflowClient.start(workflow::run, json(singleQuoted));
    return workflow;
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

  private Resolved resolve(@Nullable JsonNode typed) {
    try {
      return new Resolved(SpecReader.read(typed), search, artifactUrl);
    } catch (BadInput e) {
      throw FailureKind.BAD_INPUT.because(e.getMessage());
    }
  }

  private SegmentResult train(SegmentRequest request) {
    active.incrementAndGet();
    try {
      return trainSegment(request);
    } finally {
      active.decrementAndGet();
    }
  }

  private SegmentResult trainSegment(SegmentRequest request) {
    boolean forever = endless;
    String family = request.training().family().name();
    ActivityExecutionContext context = Activity.getExecutionContext();
    if (forever) {
      context
          .getWorkflowClient()
          .newWorkflowStub(TrainingWorkflow.class, context.getInfo().getWorkflowId())
          .progressed(new TrainingProgress(family, 4, 5, 1.25, null, 100, 0, 0, 7, 3));
    }
    segments.incrementAndGet();
    try {
      while (forever) {
        // Ends with the exception that says so.
        context.heartbeat(null);
        LockSupport.parkNanos(1_000_000);
      }
    } catch (ActivityCompletionException e) {
      told.incrementAndGet();
      while (saving) {
        LockSupport.parkNanos(1_000_000);
      }
      throw e;
    }
    if (family.equals(failingFamily)) {
      throw FailureKind.DIVERGED.because("loss NaN at step 3");
    }
    return new SegmentResult(5, REF, REF, 10, 500, true, 0);
  }

  private EvaluationResult evaluate(EvaluationRequest request) {
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

  private final class FakeRuns implements RunActivities {

    @Override
    public void putOnRecord(RunRequest request) {
      recorded.add(request);
      if (pauseAtTraining && request.training() != null) {
        pauseAtTraining = false;
        PretrainingWorkflow run =
            client().newWorkflowStub(PretrainingWorkflow.class, request.runId());
        new Thread(run::pause, "pause").start();
      }
    }

    @Override
    public PlannedBranch planExtension(ExtensionRequest request) {
      extensions.add(request);
      return branch(request.run() + "-to-" + request.extension().steps());
    }

    @Override
    public PlannedBranch planLearningRate(LearningRateRequest request) {
      if (request.change().fromStep() != null) {
        throw FailureKind.BAD_INPUT.because("arm has no whole checkpoint at step 9");
      }
      return branch(request.run() + "-at-" + request.change().learningRate());
    }

    private static PlannedBranch branch(String id) {
      return new PlannedBranch(id, json("{'families':['arm'],'seed':2}"), "a branch");
    }
  }
}
