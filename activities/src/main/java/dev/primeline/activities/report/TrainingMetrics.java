package dev.primeline.activities.report;

import dev.primeline.activities.training.StepMetrics;
import dev.primeline.workflows.report.FamilyOutcome;
import java.io.IOException;
import java.util.List;

/** Where the training log of a family is found. */
@FunctionalInterface
public interface TrainingMetrics {

  /** Every line of the family's log, in order of steps; empty when none was kept. */
  List<StepMetrics> of(FamilyOutcome family) throws IOException;
}
