package dev.primeline.workflows.steps;

import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.failure.TimeoutFailure;
import org.jspecify.annotations.Nullable;

/**
 * Why a step ended early, and whether trying again can help. The names are failure types in
 * histories.
 */
public enum FailureKind {
  /** The user's input must change. */
  BAD_INPUT("BadInput", Retry.NEVER),
  /** The loss was no number or exploded, and passing batches over did not help. */
  DIVERGED("Diverged", Retry.NEVER),
  /** Not even one sequence at once fits into memory. */
  OUT_OF_MEMORY("OutOfMemory", Retry.NEVER),
  /** Attempt after attempt came to nothing. */
  NO_PROGRESS("NoProgress", Retry.NEVER),
  /** An alarm of the self-check fired: the numbers must not be believed. */
  SELF_CHECK_FAILED("SelfCheckFailed", Retry.NEVER),
  /** The worker was asked to leave and checkpointed first. */
  WORKER_SHUTDOWN("WorkerShutdown", Retry.FREE),
  /** The worker fell silent: killed, cut off, or hung. */
  WORKER_LOST("WorkerLost", Retry.FREE),
  /** A step did not end, and so its process was ended. */
  STEP_HUNG("StepHung", Retry.COUNTED),
  /** The segment's time is up; the next continues. */
  SEGMENT_OVER("SegmentOver", Retry.FREE),
  /** Another execution of the same work is ahead in the store; the next continues from there. */
  SUPERSEDED("Superseded", Retry.FREE),
  /** The user asked to stop. */
  CANCELLED("Cancelled", Retry.NEVER),
  /** The run of another system's DAG did not succeed: a person must look there. */
  DAG_FAILED("DagFailed", Retry.NEVER),
  /** Anything else: disk, store, device. */
  TROUBLE("Trouble", Retry.COUNTED);

  /** Whether to try again. */
  public enum Retry {
    /** Trying again gives the same answer. */
    NEVER,
    /** Try again, and do not count it: the step itself did nothing wrong. */
    FREE,
    /** Try again a few times. */
    COUNTED
  }

  private final String wireName;
  private final Retry retry;

  FailureKind(String wireName, Retry retry) {
    this.wireName = wireName;
    this.retry = retry;
  }

  /** The failure type in histories. */
  public String wireName() {
    return wireName;
  }

  /** Whether to try again. */
  public Retry retry() {
    return retry;
  }

  /** The failure that an activity throws for this kind. */
  public ApplicationFailure because(@Nullable String message) {
    return retry == Retry.NEVER
        ? ApplicationFailure.newNonRetryableFailure(message, wireName)
        : ApplicationFailure.newFailure(message, wireName);
  }

  /** The same with the exception behind it, whose stack trace then stands in the history. */
  public ApplicationFailure because(String message, Throwable cause) {
    return retry == Retry.NEVER
        ? ApplicationFailure.newNonRetryableFailureWithCause(message, wireName, cause)
        : ApplicationFailure.newFailureWithCause(message, wireName, cause);
  }

  /** The kind of an activity's failure, as its workflow sees it. */
  public static FailureKind of(ActivityFailure failure) {
    Throwable cause = failure.getCause();
    if (cause instanceof CanceledFailure) {
      return CANCELLED;
    }
    if (cause instanceof TimeoutFailure) {
      return WORKER_LOST;
    }
    return cause instanceof ApplicationFailure application ? of(application) : TROUBLE;
  }

  /** The kind that a failure names; trouble where it names none. */
  public static FailureKind of(ApplicationFailure failure) {
    for (FailureKind kind : values()) {
      if (kind.wireName.equals(failure.getType())) {
        return kind;
      }
    }
    return TROUBLE;
  }
}
