package dev.primeline.activities.corpus;

/**
 * One text of a corpus.
 *
 * @param source where it begins: the file, and the line when the file holds several documents
 * @param text its text, well-formed UTF-16, not empty
 */
public record Document(String source, String text) {}
