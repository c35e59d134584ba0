package dev.primeline.workflows.training;

import dev.primeline.workflows.steps.FailureKind;

/**
 * Tells bad luck from a training that cannot go on. A new commit forgives everything before it.
 *
 * <ul>
 *   <li>A worker that leaves, and a segment whose time is up, never count.
 *   <li>A worker that is lost does not count either, as long as the steps differ in which workers
 *       are lost. When three in a row fall silent in the very same step, as far as can be heard, it
 *       is the step that ends them: a kill for want of memory looks like this.
 *   <li>A step that hangs counts like those, whichever step it is.
 *   <li>Three such ends in a row halve the micro-batch, once; three more fail the training.
 *   <li>Trouble that says what it is (disk, store) fails the training the third time in a row.
 * </ul>
 */
final class Attempts {

  private static final int IN_A_ROW = 3;

  /** What to do now. */
  enum Verdict {
    /** Try again at once. */
    GO_ON,
    /** Try again after a while. */
    WAIT,
    /** Try again with half the micro-batch. */
    HALVE,
    /** The failure is the training's. */
    FAIL,
    /** Nothing helps against the silence: say when and where it was last heard of. */
    SILENT
  }

  private long committed = -1;
  private int troubles;
  private int silences;
  private long silentStep = -1;
  private boolean halved;

  /** How many troubles there were in a row. */
  int troubles() {
    return troubles;
  }

  /** The segment came to its end. */
  void succeeded() {
    troubles = 0;
    silences = 0;
  }

  /**
   * The segment ended early.
   *
   * @param newest last committed step that was heard of
   * @param step last step that was heard of
   * @param unheard how many further steps may have been done since: news come at intervals
   */
  Verdict failed(FailureKind kind, long newest, long step, long unheard) {
    if (newest > committed) {
      succeeded();
      committed = newest;
    }
    return switch (kind.retry()) {
      case NEVER -> Verdict.FAIL;
      case FREE -> kind == FailureKind.WORKER_LOST ? silent(step, unheard) : left();
      case COUNTED -> kind == FailureKind.STEP_HUNG ? hung(step) : trouble();
    };
  }

  private Verdict left() {
    silences = 0;
    return Verdict.GO_ON;
  }

  private Verdict trouble() {
    troubles++;
    return troubles < IN_A_ROW ? Verdict.WAIT : Verdict.FAIL;
  }

  private Verdict silent(long step, long unheard) {
    if (Math.abs(step - silentStep) > unheard) {
      silences = 0;
    }
    return hung(step);
  }

  private Verdict hung(long step) {
    silences++;
    silentStep = step;
    if (silences < IN_A_ROW) {
      return Verdict.GO_ON;
    }
    if (halved) {
      return Verdict.SILENT;
    }
    halved = true;
    silences = 0;
    return Verdict.HALVE;
  }
}
