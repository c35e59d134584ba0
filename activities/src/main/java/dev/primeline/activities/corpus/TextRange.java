package dev.primeline.activities.corpus;

/**
 * A part of a corpus: stretches of files, from one inclusive to one exclusive, in the order of the
 * corpus. A file that is not cut is one stretch.
 *
 * @param fromFile index of the file that it begins in
 * @param fromStretch index of the stretch of that file
 * @param toFile index of the file that it ends in
 * @param toStretch index of the first stretch of that file that is outside
 * @param bytes of the files, packed as they are
 */
public record TextRange(int fromFile, int fromStretch, int toFile, int toStretch, long bytes) {}
