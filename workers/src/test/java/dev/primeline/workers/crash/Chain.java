package dev.primeline.workers.crash;

import dev.primeline.workers.cli.StoredRun;
import dev.primeline.workers.crash.Watched.Step;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Processes that follow each other on the same work, and how those ended that were killed. */
final class Chain {

  private final String form;
  private final StoredRun store;
  private final List<Watched> processes = new ArrayList<>();
  private final List<Killed> killed = new ArrayList<>();

  private record Killed(String moment, int process, long at, Optional<Step> last, long committed) {}

  /**
   * @param form {@code run} or {@code worker}
   */
  Chain(String form, StoredRun store) {
    this.form = form;
    this.store = store;
  }

  /** The next one. */
  Watched goesOn(Watched process) {
    processes.add(process);
    return process;
  }

  /** The last one is dead. */
  void killed(String moment) throws IOException {
    Optional<Step> last = processes.get(processes.size() - 1).lastStep();
    long committed = last.isEmpty() ? 0 : store.committed(last.get().training());
    killed.add(new Killed(moment, processes.size() - 1, System.nanoTime(), last, committed));
  }

  /** What the kills came to; {@code equal} says how the work ended. */
  List<Kill> kills(boolean equal) {
    return killed.stream()
        .map(
            kill ->
                new Kill(
                    form,
                    kill.moment(),
                    kill.committed(),
                    kill.last().map(Step::step).orElse(0L),
                    kill.last().map(last -> lost(kill, last)).orElse(0L),
                    secondsToContinue(kill),
                    equal))
        .toList();
  }

  private long lost(Killed kill, Step last) {
    return after(kill).stream()
        .flatMap(process -> process.steps().stream())
        .filter(step -> step.training().equals(last.training()))
        .findFirst()
        .map(next -> Math.max(0, last.step() - next.step() + 1))
        .orElse(0L);
  }

  private @Nullable Double secondsToContinue(Killed kill) {
    for (Watched process : after(kill)) {
      for (Step step : process.steps()) {
        long from = form.equals("run") ? process.started() : kill.at();
        return (step.at() - from) / 1e9;
      }
    }
    return null;
  }

  private List<Watched> after(Killed kill) {
    return processes.subList(kill.process() + 1, processes.size());
  }
}
