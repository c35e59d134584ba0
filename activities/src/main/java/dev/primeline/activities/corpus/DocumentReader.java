package dev.primeline.activities.corpus;

import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.DocumentSplit;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the documents of one file after another; one document is in memory at a time. Blank
 * documents are skipped.
 */
final class DocumentReader {
  private final DocumentSplit split;
  private final String textField;
  private final long longest;

  /**
   * @param split where documents of plain text end
   * @param textField the JSONL field that holds the text
   * @param longest bytes (JSONL: of a line) or characters a document may have
   */
  DocumentReader(DocumentSplit split, String textField, long longest) {
    this.split = split;
    this.textField = textField;
    this.longest = longest;
  }

  /** Reads a whole file, of which nothing may be left out. */
  void read(CorpusFile file, LongConsumer bytesRead, DocumentSink documents) throws IOException {
    read(file, new Drops(0), bytesRead, documents);
  }

  /** Reads a whole file. */
  void read(CorpusFile file, Drops drops, LongConsumer bytesRead, DocumentSink documents)
      throws IOException {
    boolean packed = file.packing() != Packing.NONE;
    if (file.format() == FileFormat.PLAIN
        && !packed
        && split == DocumentSplit.FILE
        && file.bytes() > longest) {
      drops.fault(DropReason.TOO_LONG, tooLong(file.name()));
      return;
    }
    if (file.format() == FileFormat.PARQUET) {
      new ParquetTexts(file, textField, longest, drops).read(bytesRead, documents);
      return;
    }
    try (InputStream in = file.open(bytesRead)) {
      String whole = packed ? "the unpacked file" : "the file";
      read(file, new Utf8Lines(file.name(), whole, in, longest, drops), drops, documents);
    }
  }

  /** Reads neighbouring stretches of a file. */
  void read(
      CorpusFile file,
      List<Stretch> stretches,
      Drops drops,
      LongConsumer bytesRead,
      DocumentSink documents)
      throws IOException {
    try (InputStream in = file.open(stretches, bytesRead)) {
      var lines = new Utf8Lines(file.name(), "the file", in, longest, drops);
      lines.begin(stretches.get(0));
      read(file, lines, drops, documents);
    }
  }

  private void read(CorpusFile file, Utf8Lines lines, Drops drops, DocumentSink documents)
      throws IOException {
    switch (file.format()) {
      case JSONL -> new JsonLines(file.name(), textField, longest, drops).read(lines, documents);
      case PLAIN -> readPlain(file.name(), lines, drops, documents);
      case PARQUET -> throw new IllegalStateException("read by columns");
    }
  }

  private void readPlain(String name, Utf8Lines lines, Drops drops, DocumentSink documents)
      throws IOException {
    var headings = new Headings();
    var text = new StringBuilder();
    boolean atFault = false;
    long first = lines.line() + 1;
    for (String line = lines.next(); line != null; line = lines.next()) {
      boolean boundary =
          switch (split) {
            case FILE -> false;
            case BLANK_LINE -> line.isBlank() && !lines.broken();
            case HEADING -> headings.startsDocument(line);
          };
      if (boundary) {
        emit(name, first, text, drops, documents);
        first = lines.line();
        atFault = false;
        lines.documentBegins();
      }
      atFault |= lines.broken();
      if (split == DocumentSplit.BLANK_LINE) {
        if (boundary) {
          continue;
        }
        first = text.isEmpty() ? lines.line() : first;
      }
      if (!atFault && text.length() + (long) line.length() > longest) {
        drops.fault(DropReason.TOO_LONG, tooLong(name + ":" + first));
        lines.documentIsAtFault();
        atFault = true;
      }
      if (atFault) {
        text = new StringBuilder();
        continue;
      }
      text.append(line);
    }
    emit(name, first, text, drops, documents);
  }

  private void emit(
      String name, long first, StringBuilder text, Drops drops, DocumentSink documents)
      throws IOException {
    String content = text.toString();
    text.setLength(0);
    if (content.isEmpty()) {
      return;
    }
    if (content.isBlank()) {
      drops.count(DropReason.BLANK);
      return;
    }
    String source = split == DocumentSplit.FILE ? name : name + ":" + first;
    documents.accept(new Document(source, content));
  }

  private BadInput tooLong(String where) {
    return new BadInput(
        "corpus %s: a document of more than %d characters does not fit in memory; expected split blank-line or heading, or smaller files"
            .formatted(where, longest));
  }

  /** Tells the lines that start a document, from the lines before. */
  private static final class Headings {
    private boolean afterBlank = true;
    private @Nullable String fence;

    /**
     * WikiText: {@code = Title =}, one equals sign on each side, after a blank line or at the
     * file's start (formulas broken over lines look the same otherwise). Markdown: {@code # Title}
     * outside fenced code.
     */
    boolean startsDocument(String line) {
      String trimmed = line.strip();
      boolean wiki = afterBlank && isWikiTitle(trimmed);
      boolean markdown = fence == null && trimmed.length() > 2 && line.startsWith("# ");
      afterBlank = trimmed.isEmpty();
      trackFence(trimmed);
      return wiki || markdown;
    }

    private static boolean isWikiTitle(String line) {
      int n = line.length();
      return n >= 5
          && line.startsWith("= ")
          && line.endsWith(" =")
          && line.charAt(2) != '='
          && line.charAt(n - 3) != '=';
    }

    private void trackFence(String line) {
      if (fence == null) {
        fence = line.startsWith("```") ? "```" : line.startsWith("~~~") ? "~~~" : null;
      } else if (line.startsWith(fence)) {
        fence = null;
      }
    }
  }
}
