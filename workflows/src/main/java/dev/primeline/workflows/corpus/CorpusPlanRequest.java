package dev.primeline.workflows.corpus;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.primeline.workflows.artifact.ArtifactRef;

/**
 * Plan or commit a corpus.
 *
 * @param of the list of its files, or its plan
 * @param request what was asked for
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record CorpusPlanRequest(ArtifactRef of, CorpusRequest request) {}
