package dev.primeline.workflows.corpus;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.primeline.workflows.experiment.CorpusSpec;

/**
 * Prepare a corpus.
 *
 * @param corpus what to read
 * @param length scored tokens per window: synthetic sources make sequences of it, text must hold at
 *     least one
 * @param seed of a synthetic source
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record CorpusRequest(CorpusSpec corpus, int length, long seed) {}
