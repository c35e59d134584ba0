package dev.primeline.activities.corpus;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Finds which documents of a corpus repeat an earlier one, from what {@link DocumentHashes} noted
 * of each range: all runs are read side by side in the order of hashes, so that equal texts come
 * one after the other, the first of the corpus first. Memory holds 32 KB of every run (there is one
 * per range, or per million documents) and a bit per document; no text is read again.
 */
public final class DuplicateSearch {
  private static final int ENTRY = DocumentHashes.ENTRY_BYTES;
  private static final int BUFFER = (1 << 15) / ENTRY * ENTRY;

  private DuplicateSearch() {}

  /**
   * What was noted of one range.
   *
   * @param file as {@link DocumentHashes} wrote it
   * @param runs entries of each run in it
   */
  public record Range(Path file, List<Integer> runs) {

    public Range {
      runs = List.copyOf(runs);
    }
  }

  /**
   * The documents that repeat an earlier one.
   *
   * @param ranges of the corpus, in order
   * @return for each range the indices of such documents in it
   */
  public static List<BitSet> among(List<Range> ranges) throws IOException {
    List<BitSet> duplicates = new ArrayList<>();
    PriorityQueue<Run> next = new PriorityQueue<>(DuplicateSearch::compare);
    for (int i = 0; i < ranges.size(); i++) {
      duplicates.add(new BitSet());
      long offset = 0;
      for (int entries : ranges.get(i).runs()) {
        Run run = new Run(ranges.get(i).file(), i, offset, entries);
        offset += (long) entries * ENTRY;
        if (run.advance()) {
          next.add(run);
        }
      }
    }
    byte[] last = new byte[0];
    for (Run run = next.poll(); run != null; run = next.poll()) {
      byte[] hash = run.hash();
      if (Arrays.equals(hash, last)) {
        duplicates.get(run.range).set(run.document());
      }
      last = hash;
      if (run.advance()) {
        next.add(run);
      }
    }
    return duplicates;
  }

  private static int compare(Run a, Run b) {
    int byHash =
        Arrays.compareUnsigned(
            a.buffer,
            a.at,
            a.at + DocumentHashes.HASH_BYTES,
            b.buffer,
            b.at,
            b.at + DocumentHashes.HASH_BYTES);
    if (byHash != 0) {
      return byHash;
    }
    return a.range == b.range
        ? Integer.compare(a.document(), b.document())
        : Integer.compare(a.range, b.range);
  }

  /** One sorted run; its file is open only while the buffer is filled. */
  private static final class Run {
    final int range;
    byte[] buffer = new byte[0];
    int at = -ENTRY;
    private final Path file;
    private long offset;
    private long left;

    Run(Path file, int range, long offset, long entries) {
      this.file = file;
      this.range = range;
      this.offset = offset;
      this.left = entries * ENTRY;
    }

    boolean advance() throws IOException {
      at += ENTRY;
      if (at < buffer.length) {
        return true;
      }
      ByteBuffer filled = ByteBuffer.allocate((int) Math.min(BUFFER, left));
      if (filled.capacity() == 0) {
        return false;
      }
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        while (filled.hasRemaining()) {
          if (channel.read(filled, offset + filled.position()) < 0) {
            throw new IOException(
                "%s: ends after %d bytes, expected a whole run of document hashes"
                    .formatted(file, channel.size()));
          }
        }
      }
      buffer = filled.array();
      at = 0;
      offset += buffer.length;
      left -= buffer.length;
      return true;
    }

    byte[] hash() {
      return Arrays.copyOfRange(buffer, at, at + DocumentHashes.HASH_BYTES);
    }

    int document() {
      return ByteBuffer.wrap(buffer, at + DocumentHashes.HASH_BYTES, Integer.BYTES).getInt();
    }
  }
}
