package dev.primeline.workflows.corpus;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * What a step came to; what it made is in the store.
 *
 * @param bytes of input that it dealt with
 * @param tokens that came out
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record CorpusStepDone(long bytes, long tokens) {}
