package dev.primeline.workers.worker;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.evaluation.EvaluationActivitiesImpl;
import dev.primeline.activities.experiment.ExperimentActivitiesImpl;
import dev.primeline.activities.model.EngineSettings;
import dev.primeline.activities.report.ReportActivitiesImpl;
import dev.primeline.activities.runs.RunActivitiesImpl;
import dev.primeline.activities.subtokens.SubTokenActivitiesImpl;
import dev.primeline.activities.tokens.CorpusActivitiesImpl;
import dev.primeline.activities.training.TrainingActivitiesImpl;
import dev.primeline.workflows.pretraining.PretrainingWorkflowImpl;
import dev.primeline.workflows.steps.Queues;
import dev.primeline.workflows.training.TrainingWorkflowImpl;
import io.temporal.client.WorkflowClient;
import io.temporal.common.converter.DataConverterException;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.worker.WorkerOptions;
import io.temporal.worker.WorkflowImplementationOptions;
import java.nio.file.Path;
import java.time.Duration;
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

  private final LeaveNotice leaveNotice = new LeaveNotice();
  private final WorkerFactory factory;
  private final Duration grace;

  /**
   * Starts polling at once. The store stays open while the worker lives; the caller closes it
   * after.
   *
   * @param lastWords told in one sentence why this process ends itself, in the moment before: the
   *     engine hangs, and nothing else frees the device
   */
  public PrimelineWorker(
      WorkflowClient client,
      ArtifactStore store,
      WorkerSettings settings,
      Set<Role> roles,
      Consumer<String> lastWords) {
    this.factory =
        WorkerFactory.newInstance(
            client, WorkerFactoryOptions.newBuilder().setWorkerInterceptors(leaveNotice).build());
    this.grace = settings.grace();
    EngineSettings engine = EngineSettings.defaults();
    if (roles.contains(Role.ORCHESTRATOR)) {
      orchestrate(factory.newWorker(Queues.ORCHESTRATION));
    }
    if (roles.contains(Role.CPU)) {
      factory
          .newWorker(Queues.CPU, atOnce(2).build())
          .registerActivitiesImplementations(
              new CorpusActivitiesImpl(store, scratch()),
              new SubTokenActivitiesImpl(store),
              new ReportActivitiesImpl(store),
              new RunActivitiesImpl(store));
    }
    if (roles.contains(Role.GPU)) {
      factory
          .newWorker(Queues.GPU, onePerDevice())
          .registerActivitiesImplementations(
              new TrainingActivitiesImpl(
                  store,
                  engine,
                  new WiredRooms(store),
                  settings.segment(),
                  settings.patience(),
                  sentence -> {
                    lastWords.accept(sentence);
                    Runtime.getRuntime().halt(HUNG);
                  }),
              new EvaluationActivitiesImpl(store, engine));
    }
    factory.start();
  }

  private static void orchestrate(Worker worker) {
    // A history that cannot be read must fail its run at once: the default retries the task for
    // ever.
    worker.registerWorkflowImplementationTypes(
        WorkflowImplementationOptions.newBuilder()
            .setFailWorkflowExceptionTypes(DataConverterException.class)
            .build(),
        PretrainingWorkflowImpl.class,
        TrainingWorkflowImpl.class);
    worker.registerActivitiesImplementations(new ExperimentActivitiesImpl());
  }

  private static Path scratch() {
    return Path.of(System.getProperty("java.io.tmpdir"));
  }

  private static WorkerOptions onePerDevice() {
    return atOnce(1).setMaxConcurrentActivityTaskPollers(1).setDisableEagerExecution(true).build();
  }

  private static WorkerOptions.Builder atOnce(int activities) {
    return WorkerOptions.newBuilder()
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
  }
}
