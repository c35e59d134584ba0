package dev.primeline.activities.evaluation;

import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.training.TrainingSpec;

/** Where the device is at hand that a checkpoint was scored on, it also writes texts. */
@FunctionalInterface
public interface ModelSamples {

  /** For whoever wants none. */
  ModelSamples NONE = (training, checkpoint) -> {};

  /**
   * Keeps some texts of a checkpoint, for whoever reads its scores. No trouble with them fails an
   * evaluation.
   */
  void keep(TrainingSpec training, ArtifactRef checkpoint);
}
