package dev.primeline.activities.training;

/** Where one training's checkpoints are kept and found. */
public interface CheckpointStore extends CheckpointSink, CheckpointSource {}
