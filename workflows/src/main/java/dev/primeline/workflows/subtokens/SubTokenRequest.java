package dev.primeline.workflows.subtokens;

import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.experiment.Family;

/**
 * Build a family's sub-tokenizer.
 *
 * @param family its ell, base and code order
 * @param vocabularySize token ids to encode
 * @param seed of a shuffled order
 * @param corpus manifest of the corpus whose digit entropies are measured
 */
public record SubTokenRequest(Family family, int vocabularySize, long seed, ArtifactRef corpus) {}
