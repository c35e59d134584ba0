package dev.primeline.activities.report;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.checkpoints.CommittedCheckpoint;
import dev.primeline.activities.training.StepMetrics;
import dev.primeline.activities.training.TrainingPast;
import dev.primeline.workflows.report.FamilyOutcome;
import java.io.IOException;
import java.util.List;

/** Where the training log of a family is found. */
@FunctionalInterface
interface TrainingMetrics {

  /** Every line of the family's log, in order of steps; empty when none was kept. */
  List<StepMetrics> of(FamilyOutcome family) throws IOException;

  /** What else the family's training remembers of its way. */
  default TrainingPast past(FamilyOutcome family) throws IOException {
    return TrainingPast.NONE;
  }

  /** What the families' checkpoints name. */
  static TrainingMetrics in(ArtifactStore store) {
    return new TrainingMetrics() {
      @Override
      public List<StepMetrics> of(FamilyOutcome family) throws IOException {
        return checkpoint(family).metrics();
      }

      @Override
      public TrainingPast past(FamilyOutcome family) throws IOException {
        return checkpoint(family).past();
      }

      private CommittedCheckpoint checkpoint(FamilyOutcome family) throws IOException {
        return CommittedCheckpoint.open(store, family.trained().checkpoint());
      }
    };
  }
}
