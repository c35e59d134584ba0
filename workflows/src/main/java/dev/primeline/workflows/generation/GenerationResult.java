package dev.primeline.workflows.generation;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.primeline.workflows.artifact.ArtifactRef;

/**
 * Texts that were written.
 *
 * @param texts a file with a JSON object a line
 * @param count of the texts
 * @param reused true when they were found rather than written
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record GenerationResult(ArtifactRef texts, int count, boolean reused) {}
