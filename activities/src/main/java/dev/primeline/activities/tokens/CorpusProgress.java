package dev.primeline.activities.tokens;

/**
 * How far a preparation is, as told by heartbeats.
 *
 * @param stage what it does now
 * @param bytesRead of input, counted every time it is read
 * @param tokens written so far
 * @param shards stored so far
 * @param megabytesPerSecond read since the step began
 */
public record CorpusProgress(
    String stage, long bytesRead, long tokens, int shards, double megabytesPerSecond) {}
