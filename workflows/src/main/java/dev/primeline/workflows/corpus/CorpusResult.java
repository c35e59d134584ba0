package dev.primeline.workflows.corpus;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.primeline.workflows.artifact.ArtifactRef;
import org.jspecify.annotations.Nullable;

/**
 * A prepared corpus.
 *
 * @param manifest the corpus' manifest, which names its shards
 * @param hash identifies the content: equal hash, equal tokens
 * @param vocabularySize token ids, the separator among them
 * @param trainTokens tokens to learn from, separators included
 * @param heldoutTokens tokens to score, separators included
 * @param trainDocuments documents to learn from
 * @param heldoutDocuments documents to score
 * @param heldoutBytes UTF-8 bytes of the held-out text (0 for a synthetic source)
 * @param unigramNatsPerToken cross entropy of the held-out tokens under add-one counts of the
 *     training tokens
 * @param sourceEntropyNatsPerToken mean of -log p* over the held-out text; null when no one knows
 * @param reused true when it was found and verified rather than made
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record CorpusResult(
    ArtifactRef manifest,
    String hash,
    int vocabularySize,
    long trainTokens,
    long heldoutTokens,
    long trainDocuments,
    long heldoutDocuments,
    long heldoutBytes,
    double unigramNatsPerToken,
    @Nullable Double sourceEntropyNatsPerToken,
    boolean reused) {}
