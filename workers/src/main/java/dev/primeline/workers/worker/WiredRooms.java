package dev.primeline.workers.worker;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.checkpoints.Checkpoints;
import dev.primeline.activities.evaluation.FixedHeldout;
import dev.primeline.activities.tokens.PreparedCorpus;
import dev.primeline.activities.training.CheckpointStore;
import dev.primeline.activities.training.HeldoutScore;
import dev.primeline.activities.training.MetricSink;
import dev.primeline.activities.training.TrainingRooms;
import dev.primeline.workflows.training.TrainingSpec;
import io.micrometer.core.instrument.MeterRegistry;

/** Hands a room what it needs from other rooms. */
record WiredRooms(ArtifactStore store, MeterRegistry registry) implements TrainingRooms {

  @Override
  public CheckpointStore checkpoints(TrainingSpec spec) {
    return new Checkpoints(store, spec);
  }

  @Override
  public HeldoutScore heldout(TrainingSpec spec, PreparedCorpus corpus) {
    return FixedHeldout.of(spec, corpus);
  }

  @Override
  public MetricSink metrics(TrainingSpec spec) {
    return new TrainingMeters(
        registry, spec.family().name(), spec.hash() + "/" + spec.branch(), System::nanoTime);
  }
}
