package dev.primeline.workers.cli;

import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowStub;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for a workflow's end and looks at it meanwhile. */
final class Following {

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

  private Following() {}

  /**
   * The workflow's result.
   *
   * @param look done every half second, and once more at the end
   * @throws WorkflowFailedException when it failed
   */
  static <R> R toItsEnd(WorkflowStub workflow, Class<R> type, Runnable look)
      throws InterruptedException {
    CompletableFuture<R> result = workflow.getResultAsync(type);
    while (true) {
      try {
        R done = result.get(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
        look.run();
        return done;
      } catch (TimeoutException stillRunning) {
        look.run();
      } catch (ExecutionException e) {
        look.run();
        if (e.getCause() instanceof WorkflowFailedException failed) {
          throw failed;
        }
        throw new IllegalStateException("it cannot be followed", e.getCause());
      }
    }
  }
}
