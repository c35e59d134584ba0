package dev.primeline.activities.training;

import dev.primeline.workflows.artifact.ArtifactRef;

/**
 * A committed checkpoint.
 *
 * @param step optimiser steps done
 * @param manifest the commit
 * @param weights model.safetensors
 */
public record SavedCheckpoint(long step, ArtifactRef manifest, ArtifactRef weights) {}
