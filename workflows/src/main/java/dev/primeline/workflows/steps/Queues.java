package dev.primeline.workflows.steps;

/** Task queues by hardware. Names are API: workers and starters of other processes use them. */
public final class Queues {

  /** Workflows, and activities that only look at a specification. */
  public static final String ORCHESTRATION = "primeline";

  /** Work that wants cores and disk. */
  public static final String CPU = "primeline-cpu";

  /** Work that wants a device; its workers run one activity per device. */
  public static final String GPU = "primeline-gpu";

  private Queues() {}
}
