package dev.primeline.activities.training;

import dev.primeline.activities.tokens.PreparedCorpus;
import dev.primeline.workflows.training.TrainingSpec;

/** What training needs from the rooms to its right; wired by the worker. */
public interface TrainingRooms {

  /** Where a training's checkpoints are. */
  CheckpointStore checkpoints(TrainingSpec spec);

  /** The score of a training's fixed held-out subset. */
  HeldoutScore heldout(TrainingSpec spec, PreparedCorpus corpus);

  /** Who hears of a training's steps, until it is closed. */
  MetricSink metrics(TrainingSpec spec);
}
