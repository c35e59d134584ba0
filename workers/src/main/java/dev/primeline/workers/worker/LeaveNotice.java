package dev.primeline.workers.worker;

import dev.primeline.workflows.steps.FailureKind;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.client.ActivityWorkerShutdownException;
import io.temporal.common.interceptors.ActivityExecutionContextBase;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptor;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptorBase;
import io.temporal.common.interceptors.WorkerInterceptorBase;

/**
 * Tells a worker's activities that it leaves: their next heartbeat ends with {@link
 * ActivityWorkerShutdownException}, and a task that was under way to it is handed back.
 *
 * <p>The SDK would say so too, but by cutting the heartbeats off. The worker then takes tasks for
 * five more seconds, and a checkpoint that takes longer than the heartbeat timeout looks like a
 * lost worker. Here the heartbeat is sent first, and polling ends at once.
 */
final class LeaveNotice extends WorkerInterceptorBase {

  private volatile boolean given;

  void give() {
    given = true;
  }

  @Override
  public ActivityInboundCallsInterceptor interceptActivity(ActivityInboundCallsInterceptor next) {
    return new ActivityInboundCallsInterceptorBase(next) {
      @Override
      public void init(ActivityExecutionContext context) {
        super.init(new Heeding(context));
      }

      @Override
      public ActivityOutput execute(ActivityInput input) {
        if (given) {
          throw FailureKind.WORKER_SHUTDOWN.because("the worker leaves and begins nothing new");
        }
        return super.execute(input);
      }
    };
  }

  private final class Heeding extends ActivityExecutionContextBase {

    Heeding(ActivityExecutionContext context) {
      super(context);
    }

    @Override
    public <V> void heartbeat(V details) {
      super.heartbeat(details);
      if (given) {
        throw new ActivityWorkerShutdownException(getInfo());
      }
    }
  }
}
