package dev.primeline.workers.worker;

import dev.primeline.activities.airflow.AirflowActivitiesImpl;
import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.corpus.CorpusSources;
import dev.primeline.activities.evaluation.EvaluationActivitiesImpl;
import dev.primeline.activities.experiment.ExperimentActivitiesImpl;
import dev.primeline.activities.generation.GenerationActivitiesImpl;
import dev.primeline.activities.generation.KeptSamples;
import dev.primeline.activities.model.EngineSettings;
import dev.primeline.activities.perplexity.TextScoreActivitiesImpl;
import dev.primeline.activities.report.ReportActivitiesImpl;
import dev.primeline.activities.runs.RunActivitiesImpl;
import dev.primeline.activities.scaling.ScalingActivitiesImpl;
import dev.primeline.activities.subtokens.SubTokenActivitiesImpl;
import dev.primeline.activities.tokens.CorpusActivitiesImpl;
import dev.primeline.activities.training.TrainingActivitiesImpl;
import dev.primeline.workflows.corpus.CorpusWorkflowImpl;
import dev.primeline.workflows.evaluation.EvaluationWorkflowImpl;
import dev.primeline.workflows.experiment.ExperimentActivities;
import dev.primeline.workflows.generation.GenerationWorkflowImpl;
import dev.primeline.workflows.pretraining.PretrainingWorkflowImpl;
import dev.primeline.workflows.scaling.ScalingStudyWorkflowImpl;
import dev.primeline.workflows.steps.Queues;
import dev.primeline.workflows.training.TrainingWorkflowImpl;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.common.converter.DataConverterException;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.worker.WorkerOptions;
import io.temporal.worker.WorkflowImplementationOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Serves the queues of its roles, until it is closed: then running activities checkpoint and hand
 * back.
 */
public final class PrimelineWorker implements AutoCloseable {

  /** The exit code of a process that ends itself: it could not be done. */
  private static final int HUNG = 1;

  /** How soon a pause or a cancellation is heard; each beat is one small message. */
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(5);

  /**
   * A workflow that computes for so long without a wait is stuck. The usual second is too short for
   * a busy machine that loads the classes of the first workflow.
   */
  private static final Duration DEADLOCK = Duration.ofSeconds(10);

  private final LeaveNotice leaveNotice = new LeaveNotice();
  private final WorkerFactory factory;
  private final CorpusSources sources;
  private final Duration grace;
  private final WorkerIdentity identity;
  private final WorkerVersion version;

  /**
   * Starts polling at once. The store stays open while the worker lives; the caller closes it
   * after.
   *
   * @param metrics open while the worker lives; the caller closes it after
   * @param lastWords told in one sentence why this process ends itself, in the moment before: the
   *     engine hangs, and nothing else frees the device
   */
  public PrimelineWorker(
      WorkflowClient client,
      ArtifactStore store,
      WorkerSettings settings,
      Set<Role> roles,
      WorkerMetrics metrics,
      Consumer<String> lastWords) {
    // The engine is loaded where it computes; an orchestrator needs neither its memory nor its
    // disk.
    Optional<EngineSettings> engine =
        roles.contains(Role.GPU) ? Optional.of(EngineSettings.defaults()) : Optional.empty();
    this.identity = WorkerIdentity.of(roles, engine.map(EngineSettings::device));
    this.version = settings.version();
    this.factory =
        WorkerFactory.newInstance(
            known(client, identity),
            WorkerFactoryOptions.newBuilder().setWorkerInterceptors(leaveNotice).build());
    this.grace = settings.grace();
    this.sources = Stores.sources(settings);
    if (roles.contains(Role.ORCHESTRATOR)) {
      orchestrate(
          factory.newWorker(
              Queues.ORCHESTRATION,
              options().setDefaultDeadlockDetectionTimeout(DEADLOCK.toMillis()).build()),
          new ExperimentActivitiesImpl(
              new RunSearch(client)::look,
              settings.artifactUrl().orElse(null),
              new SpecFiles(store, sources)));
    }
    if (roles.contains(Role.CPU)) {
      factory
          .newWorker(Queues.CPU, atOnce(settings.cpuActivities()).build())
          .registerActivitiesImplementations(
              new CorpusActivitiesImpl(store, scratch(), sources),
              new SubTokenActivitiesImpl(store),
              new ReportActivitiesImpl(store),
              new ScalingActivitiesImpl(
                  store, new RunSearch(client)::look, settings.artifactUrl().orElse(null)),
              new RunActivitiesImpl(store),
              new AirflowActivitiesImpl(settings.airflow(), store));
    }
    if (engine.isPresent()) {
      factory
          .newWorker(Queues.GPU, onePerDevice())
          .registerActivitiesImplementations(
              new TrainingActivitiesImpl(
                  store,
                  engine.get(),
                  new WiredRooms(store, metrics.registry()),
                  settings.segment(),
                  settings.patience(),
                  sentence -> {
                    lastWords.accept(sentence);
                    Runtime.getRuntime().halt(HUNG);
                  }),
              new EvaluationActivitiesImpl(
                  store, engine.get(), new KeptSamples(store, engine.get())),
              new GenerationActivitiesImpl(store, engine.get()),
              new TextScoreActivitiesImpl(store, scratch(), sources, engine.get()));
    }
    factory.start();
  }

  private static void orchestrate(Worker worker, ExperimentActivities experiments) {
    // A history that cannot be read must fail its run at once: the default retries the task for
    // ever.
    worker.registerWorkflowImplementationTypes(
        WorkflowImplementationOptions.newBuilder()
            .setFailWorkflowExceptionTypes(DataConverterException.class)
            .build(),
        PretrainingWorkflowImpl.class,
        CorpusWorkflowImpl.class,
        TrainingWorkflowImpl.class,
        GenerationWorkflowImpl.class,
        EvaluationWorkflowImpl.class,
        ScalingStudyWorkflowImpl.class);
    worker.registerActivitiesImplementations(experiments);
  }

  private static Path scratch() {
    return Path.of(System.getProperty("java.io.tmpdir"));
  }

  /** The same client under the worker's name, which histories then show. */
  private static WorkflowClient known(WorkflowClient client, WorkerIdentity identity) {
    return WorkflowClient.newInstance(
        client.getWorkflowServiceStubs(),
        WorkflowClientOptions.newBuilder(client.getOptions())
            .setIdentity(identity.toString())
            .build());
  }

  /** Who this worker is: roles, host, device, process. */
  public String identity() {
    return identity.toString();
  }

  private WorkerOptions onePerDevice() {
    return atOnce(1).setMaxConcurrentActivityTaskPollers(1).setDisableEagerExecution(true).build();
  }

  private WorkerOptions.Builder options() {
    return WorkerOptions.newBuilder().setDeploymentOptions(version.options());
  }

  private WorkerOptions.Builder atOnce(int activities) {
    return options()
        .setMaxConcurrentActivityExecutionSize(activities)
        .setMaxHeartbeatThrottleInterval(LONGEST_SILENCE)
        .setAllowActivityHeartbeatDuringShutdown(true);
  }

  /**
   * Asks running activities to checkpoint, and waits for them as long as the grace period allows.
   */
  @Override
  public void close() {
    leaveNotice.give();
    factory.shutdown();
    factory.awaitTermination(grace.toMillis(), TimeUnit.MILLISECONDS);
    sources.close();
  }
}
