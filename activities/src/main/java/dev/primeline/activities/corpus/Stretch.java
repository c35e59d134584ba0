package dev.primeline.activities.corpus;

/**
 * A part of a file that begins where a document does.
 *
 * @param offset of its first byte
 * @param line lines of the file before it
 * @param bytes its length
 * @param sha256 of its bytes, lower-case hex
 */
public record Stretch(long offset, long line, long bytes, String sha256) {}
