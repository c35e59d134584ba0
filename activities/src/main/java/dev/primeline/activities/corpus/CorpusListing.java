package dev.primeline.activities.corpus;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.primeline.workflows.experiment.DocumentSplit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * The files of a corpus as they were found, before any of them is read.
 *
 * @param files in order
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record CorpusListing(List<Found> files) {

  /** A file whose length nobody tells counts as so long. */
  private static final long UNKNOWN_BYTES = 1L << 28;

  public CorpusListing {
    files = List.copyOf(files);
  }

  /**
   * A file.
   *
   * @param name its path or address
   * @param bytes its length, -1 when only reading tells
   * @param version of a remote one, empty when only reading tells
   */
  public record Found(String name, long bytes, String version) {

    long weight() {
      return bytes < 0 ? UNKNOWN_BYTES : bytes;
    }
  }

  /** Finds the files of what the user named. */
  public static CorpusListing of(String uri, CorpusSources sources) throws IOException {
    List<Found> files = new ArrayList<>();
    for (SourceFile file : sources.find(uri)) {
      files.add(new Found(file.name(), file.bytes(), file.version()));
    }
    return new CorpusListing(files);
  }

  /** Length of all files, as far as it is known; unknown ones count as a range each. */
  public long bytes() {
    return files.stream().mapToLong(Found::weight).sum();
  }

  /**
   * Groups neighbouring files so that each group has about so many bytes.
   *
   * @return index of each group's first file, in order
   */
  public List<Integer> groups(long bytes) {
    List<Integer> firsts = new ArrayList<>();
    long size = Long.MAX_VALUE;
    for (int i = 0; i < files.size(); i++) {
      if (size >= bytes) {
        firsts.add(i);
        size = 0;
      }
      size += files.get(i).weight();
    }
    return firsts;
  }

  /**
   * Reads some of the files through, for their hashes and for where they can be cut.
   *
   * @param from index of the first
   * @param to index after the last
   * @param stretchBytes least length of what a file is cut into
   * @param bytesRead hears how many bytes were read since it heard last
   */
  public List<FileEntry> read(
      int from,
      int to,
      CorpusSources sources,
      DocumentSplit split,
      long stretchBytes,
      LongConsumer bytesRead)
      throws IOException {
    List<FileEntry> entries = new ArrayList<>();
    Cuts cuts = new Cuts(split, stretchBytes);
    for (Found file : files.subList(from, to)) {
      SourceFile source = sources.file(file.name(), file.bytes(), file.version());
      entries.add(CorpusFile.of(source, cuts, bytesRead).entry());
    }
    return entries;
  }
}
