package dev.primeline.workers.cli;

import dev.primeline.workflows.training.TrainingProgress;
import java.io.PrintStream;
import java.util.Map;

/** Shows a person where the trainings of a run stand. Safe to call from several threads. */
interface ProgressDisplay extends AutoCloseable {

  /** A training got further, or stands where it stood; drawn at a bounded rate. */
  void show(TrainingProgress progress);

  /** Something worth a line of its own happened, such as the beginning of a stage. */
  void note(String line);

  /** Draws what is not drawn yet and leaves the output to others: nothing is shown after. */
  @Override
  void close();

  /** Bars redrawn in place on a terminal, plain lines elsewhere. */
  static ProgressDisplay on(PrintStream out, Map<String, String> environment) {
    return Terminal.interactive(environment)
        ? new LiveBars(
            out, Terminal.columns(environment), Terminal.colours(environment), System::nanoTime)
        : new PlainLines(out, System::nanoTime);
  }
}
