package dev.primeline.workflows.subtokens;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
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
@JsonIgnoreProperties(ignoreUnknown = true)
public record SubTokenRequest(Family family, int vocabularySize, long seed, ArtifactRef corpus) {}
