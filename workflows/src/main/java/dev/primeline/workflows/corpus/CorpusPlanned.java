package dev.primeline.workflows.corpus;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.primeline.workflows.artifact.ArtifactRef;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done for a large corpus.
 *
 * @param result the corpus, when it was there already; else null
 * @param plan how it is cut into ranges; null when there is a result
 * @param ranges how many
 * @param bytes of all ranges
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record CorpusPlanned(
    @Nullable CorpusResult result, @Nullable ArtifactRef plan, int ranges, long bytes) {}
