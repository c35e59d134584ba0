package dev.primeline.activities.corpus;

import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.DocumentSplit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * The documents of text files, in a fixed order, as often as wanted.
 *
 * <p>A corpus is a file, a directory (recursively, sorted by path, hidden files skipped) or a glob,
 * of this machine or of S3; {@code file:} URIs are understood. Files are plain UTF-8 text or JSONL,
 * as they are or packed by gzip or zstd; see {@link FileFormat} and {@link Packing}. One document
 * is in memory at a time; none may be longer than 10^9 bytes or an eighth of the heap. What is
 * wrong with the text is told as {@link BadInput} with file, line or offset.
 */
public final class TextCorpus {
  private static final long LONGEST_DOCUMENT = 1_000_000_000L;

  private final String uri;
  private final List<CorpusFile> files;
  private final DocumentReader reader;

  private TextCorpus(String uri, List<CorpusFile> files, DocumentReader reader) {
    this.uri = uri;
    this.files = List.copyOf(files);
    this.reader = reader;
  }

  /**
   * Finds the files and reads each once for its hash.
   *
   * @param uri file, directory, glob, {@code file:} URI, or the same of S3
   * @param sources where files come from; open as long as the corpus is read
   * @param split where documents of plain text end
   * @param textField the JSONL field that holds the text
   * @param bytesRead hears how many bytes were read since it heard last
   * @throws BadInput when nothing is there or cannot be read
   */
  public static TextCorpus open(
      String uri,
      CorpusSources sources,
      DocumentSplit split,
      String textField,
      LongConsumer bytesRead)
      throws IOException {
    List<CorpusFile> files = new ArrayList<>();
    for (SourceFile file : sources.find(uri)) {
      files.add(CorpusFile.of(file, bytesRead));
    }
    long longest = Math.min(LONGEST_DOCUMENT, Runtime.getRuntime().maxMemory() / 8);
    return new TextCorpus(uri, files, new DocumentReader(split, textField, longest));
  }

  /**
   * Hands over every document that is not blank.
   *
   * @param bytesRead hears how many bytes were read since it heard last
   * @throws BadInput when the text is at fault, when there is none, or when a file is no longer
   *     what it was
   */
  public void forEach(LongConsumer bytesRead, DocumentSink documents) throws IOException {
    long[] count = {0};
    for (CorpusFile file : files) {
      reader.read(
          file,
          bytesRead,
          document -> {
            count[0]++;
            documents.accept(document);
          });
    }
    if (count[0] == 0) {
      throw new BadInput(
          "corpus %s: no text in %d file(s) of %d bytes; expected at least one document that is not blank"
              .formatted(uri, files.size(), bytes()));
    }
  }

  /** What the user called it. */
  public String uri() {
    return uri;
  }

  /** Number of files. */
  public int files() {
    return files.size();
  }

  /** Length of all files. */
  public long bytes() {
    return files.stream().mapToLong(CorpusFile::bytes).sum();
  }

  /** SHA-256 over the formats and contents of the files in order: equal means equal documents. */
  public String fingerprint() {
    MessageDigest digest = Hashes.sha256();
    for (CorpusFile file : files) {
      String entry = file.format() + " " + file.sha256() + "\n";
      digest.update(entry.getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
