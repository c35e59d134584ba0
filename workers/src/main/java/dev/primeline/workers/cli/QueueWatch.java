package dev.primeline.workers.cli;

import dev.primeline.workflows.steps.Queues;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.api.enums.v1.TaskQueueType;
import io.temporal.api.taskqueue.v1.TaskQueue;
import io.temporal.api.workflowservice.v1.DescribeTaskQueueRequest;
import io.temporal.client.WorkflowClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says which queues of a run have no worker, until each has been seen with one: within ten seconds
 * of its start, and again when fewer are left. Later it is silent, because a worker with its hands
 * full does not poll either. A server that cannot tell who polls is not asked again.
 */
final class QueueWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(QueueWatch.class);
  private static final Duration FIRST_LOOK = Duration.ofSeconds(3);
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(5);
  // Three queues, asked one after the other, must be known in time.
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** A queue, who polls it, and the worker's role that does. */
  private record Needed(String queue, TaskQueueType type, String role) {}

  private final WorkflowClient client;
  private final Consumer<String> listener;
  private final List<Needed> unseen =
      new ArrayList<>(
          List.of(
              new Needed(
                  Queues.ORCHESTRATION, TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW, "orchestrator"),
              new Needed(Queues.CPU, TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY, "cpu"),
              new Needed(Queues.GPU, TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY, "gpu")));
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread t = new Thread(task, "queue-watch");
            t.setDaemon(true);
            return t;
          });
  private int said;

  QueueWatch(WorkflowClient client, Consumer<String> listener) {
    this.client = client;
    this.listener = listener;
    var unused =
        thread.scheduleWithFixedDelay(
            this::look, FIRST_LOOK.toMillis(), BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void look() {
    try {
      unseen.removeIf(this::polled);
    } catch (StatusRuntimeException e) {
      LOG.debug("who polls cannot be learnt just now", e);
      Status.Code code = e.getStatus().getCode();
      if (code == Status.Code.UNIMPLEMENTED || code == Status.Code.PERMISSION_DENIED) {
        thread.shutdown();
      }
      return;
    }
    if (unseen.isEmpty()) {
      thread.shutdown();
    } else if (unseen.size() != said) {
      said = unseen.size();
      listener.accept(sentence());
    }
  }

  private boolean polled(Needed needed) {
    return client
            .getWorkflowServiceStubs()
            .blockingStub()
            .withDeadlineAfter(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
            .describeTaskQueue(
                DescribeTaskQueueRequest.newBuilder()
                    .setNamespace(client.getOptions().getNamespace())
                    .setTaskQueue(TaskQueue.newBuilder().setName(needed.queue()))
                    .setTaskQueueType(needed.type())
                    .build())
            .getPollersCount()
        > 0;
  }

  private String sentence() {
    List<String> queues = unseen.stream().map(Needed::queue).toList();
    List<String> roles = unseen.stream().map(Needed::role).toList();
    return "no worker asks for work on queue %s (none is there, or each is busy); start one with the same TEMPORAL_ADDRESS and PRIMELINE_STORE: primeline worker --role %s"
        .formatted(String.join(", ", queues), String.join(",", roles));
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
