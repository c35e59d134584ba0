package dev.primeline.activities.checkpoints;

import dev.primeline.workflows.artifact.ArtifactRef;
import java.util.List;

/**
 * The commit of a checkpoint. What it does not name does not exist.
 *
 * @param formatVersion of this file and of the files it names
 * @param training hash of the training
 * @param branch of the training
 * @param step optimiser steps done
 * @param attempt the execution that wrote it
 * @param model model.safetensors
 * @param optimizer optimizer.safetensors
 * @param state state.json
 * @param metrics the whole log up to this step, parts in order; each step is in one part
 */
record Manifest(
    int formatVersion,
    String training,
    String branch,
    long step,
    String attempt,
    ArtifactRef model,
    ArtifactRef optimizer,
    ArtifactRef state,
    List<ArtifactRef> metrics) {

  static final int FORMAT_VERSION = 1;

  Manifest {
    metrics = List.copyOf(metrics);
  }
}
