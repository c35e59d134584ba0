package dev.primeline.workflows.steps;

import io.temporal.activity.ActivityCancellationType;
import io.temporal.activity.ActivityOptions;
import io.temporal.common.RetryOptions;
import java.time.Duration;

/** How patiently each kind of step is run. */
public final class StepOptions {

  /** A worker that has not been heard of for so long is taken for lost. */
  public static final Duration HEARTBEAT_TIMEOUT = Duration.ofSeconds(60);

  /**
   * Store and disk trouble: a few tries with growing pauses, then the failure is the user's to see.
   */
  private static final RetryOptions FEW_TRIES =
      RetryOptions.newBuilder()
          .setInitialInterval(Duration.ofSeconds(1))
          .setMaximumInterval(Duration.ofMinutes(1))
          .setMaximumAttempts(5)
          .setDoNotRetry(
              FailureKind.BAD_INPUT.wireName(),
              FailureKind.DIVERGED.wireName(),
              IllegalArgumentException.class.getName(),
              NullPointerException.class.getName())
          .build();

  /**
   * Another system may take days, and losing the worker that waits for it is no failure of either.
   * What the step itself gives up on is final.
   */
  private static final RetryOptions WHOEVER_WAITS =
      RetryOptions.newBuilder(FEW_TRIES)
          .setMaximumAttempts(0)
          .setDoNotRetry(
              FailureKind.BAD_INPUT.wireName(),
              FailureKind.TROUBLE.wireName(),
              IllegalArgumentException.class.getName(),
              NullPointerException.class.getName())
          .build();

  private StepOptions() {}

  /** Looks at a specification: seconds. */
  public static ActivityOptions resolving() {
    return ActivityOptions.newBuilder()
        .setTaskQueue(Queues.ORCHESTRATION)
        .setStartToCloseTimeout(Duration.ofMinutes(1))
        .setRetryOptions(FEW_TRIES)
        .setSummary("check the specification")
        .build();
  }

  /** Reads or writes whole corpora: as long as it takes, while it is heard of. */
  public static ActivityOptions onCpu(String summary) {
    return ActivityOptions.newBuilder()
        .setTaskQueue(Queues.CPU)
        .setStartToCloseTimeout(Duration.ofDays(7))
        .setHeartbeatTimeout(HEARTBEAT_TIMEOUT)
        .setRetryOptions(FEW_TRIES)
        .setSummary(summary)
        .build();
  }

  /** Waits for another system, or tells it something. */
  public static ActivityOptions elsewhere(String summary) {
    return ActivityOptions.newBuilder(onCpu(summary))
        .setStartToCloseTimeout(Duration.ofDays(30))
        .setCancellationType(ActivityCancellationType.WAIT_CANCELLATION_COMPLETED)
        .setRetryOptions(WHOEVER_WAITS)
        .build();
  }

  /** Tidies up after a run that is over, and does not keep it for long. */
  public static ActivityOptions lastWord(String summary) {
    return ActivityOptions.newBuilder(elsewhere(summary))
        .setScheduleToCloseTimeout(Duration.ofMinutes(10))
        .build();
  }

  /** Scores on a device. */
  public static ActivityOptions onDevice(String summary) {
    return ActivityOptions.newBuilder()
        .setTaskQueue(Queues.GPU)
        .setStartToCloseTimeout(Duration.ofDays(7))
        .setHeartbeatTimeout(HEARTBEAT_TIMEOUT)
        .setDisableEagerExecution(true)
        .setCancellationType(ActivityCancellationType.WAIT_CANCELLATION_COMPLETED)
        .setRetryOptions(FEW_TRIES)
        .setSummary(summary)
        .build();
  }

  /**
   * Trains: one try per schedule, because the workflow tells lost workers from failures that count.
   */
  public static ActivityOptions training(String summary) {
    return ActivityOptions.newBuilder(onDevice(summary))
        .setRetryOptions(RetryOptions.newBuilder().setMaximumAttempts(1).build())
        .build();
  }
}
