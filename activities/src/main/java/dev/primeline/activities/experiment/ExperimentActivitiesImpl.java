package dev.primeline.activities.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.ExperimentActivities;
import dev.primeline.workflows.experiment.ExperimentSpec;
import dev.primeline.workflows.experiment.SpecReader;
import dev.primeline.workflows.steps.FailureKind;
import org.jspecify.annotations.Nullable;

/** The door to {@link SpecReader}. */
public final class ExperimentActivitiesImpl implements ExperimentActivities {

  @Override
  public ExperimentSpec resolve(@Nullable JsonNode typed) {
    try {
      return SpecReader.read(typed);
    } catch (BadInput e) {
      throw FailureKind.BAD_INPUT.because(e.getMessage());
    }
  }
}
