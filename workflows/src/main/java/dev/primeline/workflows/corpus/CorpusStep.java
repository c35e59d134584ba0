package dev.primeline.workflows.corpus;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.primeline.workflows.artifact.ArtifactRef;
import org.jspecify.annotations.Nullable;

/**
 * One of many like it.
 *
 * @param plan what all of them are
 * @param index which one
 * @param duplicates documents to leave out; null for none
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record CorpusStep(ArtifactRef plan, int index, @Nullable ArtifactRef duplicates) {}
