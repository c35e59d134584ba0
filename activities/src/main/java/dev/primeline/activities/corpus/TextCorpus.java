package dev.primeline.activities.corpus;

import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.DocumentSplit;
import dev.primeline.workflows.experiment.Normalization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The documents of text files, in a fixed order, as often as wanted, whole or a range at a time.
 *
 * <p>A corpus is a file, a directory (recursively, sorted by path, hidden files skipped) or a glob,
 * of this machine or of S3; {@code file:} URIs are understood. Files are plain UTF-8 text or JSONL,
 * as they are or packed by gzip or zstd; see {@link FileFormat} and {@link Packing}. One document
 * is in memory at a time; none may be longer than 250 MB or an eighth of the heap. What is wrong
 * with the text is told as {@link BadInput} with file, line or offset.
 */
public final class TextCorpus {
  /** Read, checked and decoded, a document takes three to four times its length. */
  private static final long LONGEST_DOCUMENT = 250_000_000L;

  private final String uri;
  private final List<CorpusFile> files;
  private final DocumentReader reader;
  private final @Nullable TextNormalizer normalizer;

  private TextCorpus(String uri, List<CorpusFile> files, TextRules rules) {
    this.uri = uri;
    this.files = List.copyOf(files);
    long longest = longestDocument();
    this.reader = new DocumentReader(rules.split(), rules.textField(), longest);
    Normalization normalization = rules.normalization();
    this.normalizer = normalization == null ? null : new TextNormalizer(normalization, longest);
  }

  private static long longestDocument() {
    return Math.min(LONGEST_DOCUMENT, Runtime.getRuntime().maxMemory() / 8);
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
    return new TextCorpus(uri, files, new TextRules(split, textField, null));
  }

  /**
   * The same from files that were read before, by whichever process.
   *
   * @param uri what the user called them
   * @param entries of all files, in order
   * @param sources where files come from; open as long as the corpus is read
   * @throws BadInput when one of them may not be read here
   */
  public static TextCorpus of(
      String uri, List<FileEntry> entries, CorpusSources sources, TextRules rules)
      throws IOException {
    List<CorpusFile> files = new ArrayList<>(entries.size());
    for (FileEntry entry : entries) {
      files.add(CorpusFile.of(entry, sources));
    }
    return new TextCorpus(uri, files, rules);
  }

  /**
   * Hands over every document that is not blank.
   *
   * @param bytesRead hears how many bytes were read since it heard last
   * @throws BadInput when the text is at fault, when there is none, or when a file is no longer
   *     what it was
   */
  public void forEach(LongConsumer bytesRead, DocumentSink documents) throws IOException {
    forEach(new Drops(0), bytesRead, documents);
  }

  /**
   * Hands over every document that is neither blank nor at fault.
   *
   * @param drops told of what is left out
   * @throws BadInput when more is at fault than may be left out, when there is no text, or when a
   *     file is no longer what it was
   */
  public void forEach(Drops drops, LongConsumer bytesRead, DocumentSink documents)
      throws IOException {
    long[] count = {0};
    for (TextRange range : ranges(Long.MAX_VALUE)) {
      forEach(
          range,
          drops,
          bytesRead,
          document -> {
            count[0]++;
            documents.accept(document);
          });
    }
    requireText(count[0]);
  }

  /** Refuses a corpus in which no document was found. */
  public void requireText(long documents) {
    if (documents == 0) {
      throw new BadInput(
          "corpus %s: no text in %d file(s) of %d bytes; expected at least one document that is not blank"
              .formatted(uri, files.size(), bytes()));
    }
  }

  /**
   * Cuts the corpus into ranges of about so many bytes, which one after the other give the same
   * documents as the whole.
   */
  public List<TextRange> ranges(long bytes) {
    List<TextRange> ranges = new ArrayList<>();
    int fromFile = 0;
    int fromPart = 0;
    long size = 0;
    for (int file = 0; file < files.size(); file++) {
      for (int part = 0; part < files.get(file).parts(); part++) {
        size += files.get(file).partBytes(part);
        boolean last = file == files.size() - 1 && part == files.get(file).parts() - 1;
        if (size >= bytes || last) {
          boolean fileEnds = part == files.get(file).parts() - 1;
          int toFile = fileEnds ? file + 1 : file;
          int toPart = fileEnds ? 0 : part + 1;
          ranges.add(new TextRange(fromFile, fromPart, toFile, toPart, size));
          fromFile = toFile;
          fromPart = toPart;
          size = 0;
        }
      }
    }
    return ranges;
  }

  /**
   * Hands over the documents of a range that are neither blank nor at fault.
   *
   * @param drops told of what is left out
   * @throws BadInput when more is at fault than may be left out, or a file is no longer what it was
   */
  public void forEach(TextRange range, Drops drops, LongConsumer bytesRead, DocumentSink documents)
      throws IOException {
    DocumentSink normal = normalized(drops, documents);
    for (int i = range.fromFile(); i <= range.toFile() && i < files.size(); i++) {
      CorpusFile file = files.get(i);
      int from = i == range.fromFile() ? range.fromStretch() : 0;
      int to = i == range.toFile() ? range.toStretch() : file.parts();
      if (from == 0 && to == file.parts()) {
        reader.read(file, drops, bytesRead, normal);
      } else if (from < to) {
        reader.read(file, file.stretches().subList(from, to), drops, bytesRead, normal);
      }
    }
  }

  private DocumentSink normalized(Drops drops, DocumentSink documents) {
    TextNormalizer form = normalizer;
    if (form == null) {
      return documents;
    }
    return document -> {
      Optional<Document> normal = form.apply(document, drops);
      if (normal.isPresent()) {
        documents.accept(normal.get());
      }
    };
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
