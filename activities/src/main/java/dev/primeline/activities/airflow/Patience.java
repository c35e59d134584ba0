package dev.primeline.activities.airflow;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Waits: between two questions, and for an Airflow that is away for a while. */
final class Patience {

  private static final Duration SLICE = Duration.ofMillis(200);

  private final Duration longestOutage;
  private final Duration pause;
  private final Consumer<String> meanwhile;

  /**
   * @param longestOutage how long an Airflow may be away
   * @param pause between two questions
   * @param meanwhile told again and again what is waited for; throws when it should not be
   */
  Patience(Duration longestOutage, Duration pause, Consumer<String> meanwhile) {
    this.longestOutage = longestOutage;
    this.pause = pause;
    this.meanwhile = meanwhile;
  }

  /** Something that may be asked again when the answer was lost. */
  @FunctionalInterface
  interface Question<T> {
    T ask() throws IOException;
  }

  /** Asks until there is an answer; the last failure when there is none for too long. */
  <T> T ask(Question<T> question) throws IOException {
    long began = System.nanoTime();
    while (true) {
      meanwhile.accept("asking Airflow");
      try {
        return question.ask();
      } catch (IOException away) {
        if (System.nanoTime() - began > longestOutage.toNanos()) {
          throw away;
        }
        pause(String.valueOf(away.getMessage()));
      }
    }
  }

  /** Lets some time pass. */
  void pause(String waitingFor) {
    long end = System.nanoTime() + pause.toNanos();
    do {
      meanwhile.accept(waitingFor);
      LockSupport.parkNanos(Math.min(SLICE.toNanos(), pause.toNanos()));
    } while (System.nanoTime() < end);
  }
}
