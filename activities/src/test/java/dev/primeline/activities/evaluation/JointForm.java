package dev.primeline.activities.evaluation;

import dev.primeline.activities.batches.Batch;
import dev.primeline.activities.model.Denoiser;

/** The mistake that the alarms exist for: the joint form in the place of the marginals. */
record JointForm(Denoiser denoiser) implements Denoiser {

  @Override
  public Costs costs(Batch batch) {
    double[] joint = denoiser.costs(batch).joint();
    return new Costs(joint, joint);
  }
}
