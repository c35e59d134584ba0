package dev.primeline.workflows.corpus;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.primeline.workflows.artifact.ArtifactRef;
import org.jspecify.annotations.Nullable;

/**
 * How a preparation began: a small corpus is done, of a large one the files are known.
 *
 * @param result the corpus; null when it is large
 * @param files the list of its files; null when it is small
 * @param groups of files, each to be read through once
 * @param bytes of all files
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record CorpusBegun(
    @Nullable CorpusResult result, @Nullable ArtifactRef files, int groups, long bytes) {}
