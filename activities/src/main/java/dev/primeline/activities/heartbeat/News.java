package dev.primeline.activities.heartbeat;

import dev.primeline.workflows.training.SegmentBegan;
import dev.primeline.workflows.training.TrainingProgress;
import dev.primeline.workflows.training.TrainingWorkflow;
import io.grpc.StatusRuntimeException;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.client.WorkflowException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the workflow where its training stands. Every signal stays in history for ever, so the
 * pauses grow with the segment: some 80 in its first minutes, fewer than 500 in six hours, and one
 * per commit.
 */
public final class News {

  private static final Logger LOG = LoggerFactory.getLogger(News.class);
  private static final double SHORTEST_PAUSE_SECONDS = 2;
  private static final double PAUSE_SHARE = 1.0 / 80;

  private final TrainingWorkflow workflow;
  private final String worker;
  private final long begun = System.nanoTime();
  private long last = begun;

  public News(ActivityExecutionContext context) {
    workflow =
        context
            .getWorkflowClient()
            .newWorkflowStub(TrainingWorkflow.class, context.getInfo().getWorkflowId());
    worker = String.valueOf(context.getWorkflowClient().getOptions().getIdentity());
  }

  /** Tells it who trains, and from which step on. */
  public void began(long step) {
    tell(() -> workflow.began(new SegmentBegan(worker, step)));
  }

  /** Tells it unless it was told a moment ago. */
  public void perhaps(TrainingProgress progress) {
    long now = System.nanoTime();
    double pause = Math.max(SHORTEST_PAUSE_SECONDS, (now - begun) / 1e9 * PAUSE_SHARE);
    if ((now - last) / 1e9 >= pause) {
      now(progress);
    }
  }

  /** Tells it at once. */
  public void now(TrainingProgress progress) {
    last = System.nanoTime();
    tell(() -> workflow.progressed(progress));
  }

  private static void tell(Runnable news) {
    try {
      news.run();
    } catch (WorkflowException | StatusRuntimeException e) {
      // News only: the store knows better, and the heartbeat will notice when the server is gone
      // for good.
      LOG.debug("news did not reach the workflow", e);
    }
  }
}
