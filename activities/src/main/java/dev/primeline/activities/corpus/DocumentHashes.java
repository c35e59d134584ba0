package dev.primeline.activities.corpus;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Notes the hash and the index of every document of a range, for {@link DuplicateSearch}. Memory
 * holds 2^20 of them at a time (some 50 MB); they go to the file in sorted runs of that length.
 *
 * <p>An entry is the first 16 bytes of the SHA-256 of a text and, as a big-endian number, which
 * document of the range it is: of a billion different texts two have equal hashes with a
 * probability of 10^-21.
 */
public final class DocumentHashes implements DocumentSink, Closeable {
  static final int HASH_BYTES = 16;
  static final int ENTRY_BYTES = HASH_BYTES + Integer.BYTES;
  private static final int RUN = 1 << 20;

  private final OutputStream out;
  private final int run;
  private final List<byte[]> entries = new ArrayList<>();
  private final List<Integer> runs = new ArrayList<>();
  private int documents;

  /**
   * @param file to write
   */
  public DocumentHashes(Path file) throws IOException {
    this(file, RUN);
  }

  DocumentHashes(Path file, int run) throws IOException {
    this.out = Files.newOutputStream(file);
    this.run = run;
  }

  @Override
  public void accept(Document document) throws IOException {
    ByteBuffer entry = ByteBuffer.allocate(ENTRY_BYTES);
    entry.put(TextHash.of(document.text()), 0, HASH_BYTES).putInt(documents);
    documents = Math.addExact(documents, 1);
    entries.add(entry.array());
    if (entries.size() == run) {
      write();
    }
  }

  private void write() throws IOException {
    if (entries.isEmpty()) {
      return;
    }
    // Equal texts stay in the order of the corpus: their index follows the hash.
    entries.sort((a, b) -> Arrays.compareUnsigned(a, b));
    for (byte[] entry : entries) {
      out.write(entry);
    }
    runs.add(entries.size());
    entries.clear();
  }

  /** Writes what is left; number of entries of each run, in the order of the file. */
  public List<Integer> finish() throws IOException {
    write();
    out.close();
    return List.copyOf(runs);
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
