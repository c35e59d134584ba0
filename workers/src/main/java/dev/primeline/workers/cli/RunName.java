package dev.primeline.workers.cli;

import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.ExperimentSpec;
import org.jspecify.annotations.Nullable;

/** A run's name, which is its workflow id. */
final class RunName {

  private RunName() {}

  /**
   * The name that was given, or one that follows from the specification.
   *
   * @throws BadInput when it cannot be one
   */
  static String of(@Nullable String given, ExperimentSpec spec) {
    return require(
        "--run-id", given == null ? spec.preset() + "-" + Hashes.key(spec).substring(0, 8) : given);
  }

  /**
   * The name, when a workflow may have it.
   *
   * @param option that gave it
   * @throws BadInput when it may not
   */
  static String require(String option, String id) {
    if (!id.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,199}")) {
      throw new BadInput(
          "%s: \"%s\", expected up to 200 letters, digits, dots and dashes".formatted(option, id));
    }
    return id;
  }
}
