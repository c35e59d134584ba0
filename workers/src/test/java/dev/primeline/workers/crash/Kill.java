package dev.primeline.workers.crash;

import org.jspecify.annotations.Nullable;

/**
 * One process that signal 9 ended, and how it went on.
 *
 * @param form of running: {@code run}, or {@code worker} of a cluster
 * @param moment when it was
 * @param committed last committed step of the training that was under way; 0 where none was
 * @param reached last step that it had done
 * @param stepsLost steps that were done again
 * @param secondsToContinue until the next new step was done: of a run, from the same command's
 *     start; of a worker, from the kill, the server's patience included; null when no step was left
 * @param equal whether the run ended with the undisturbed one's bytes, log and scores
 */
record Kill(
    String form,
    String moment,
    long committed,
    long reached,
    long stepsLost,
    @Nullable Double secondsToContinue,
    boolean equal) {}
