package dev.primeline.activities.corpus;

import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.DocumentSplit;
import java.io.IOException;
import java.io.InputStream;
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

  void read(CorpusFile file, LongConsumer bytesRead, DocumentSink documents) throws IOException {
    String name = file.name();
    boolean packed = file.packing() != Packing.NONE;
    if (file.format() == FileFormat.PLAIN
        && !packed
        && split == DocumentSplit.FILE
        && file.bytes() > longest) {
      throw tooLong(name);
    }
    if (file.format() == FileFormat.PARQUET) {
      new ParquetTexts(file, textField, longest).read(bytesRead, documents);
      return;
    }
    try (InputStream in = file.open(bytesRead)) {
      var lines = new Utf8Lines(name, packed ? "the unpacked file" : "the file", in, longest);
      switch (file.format()) {
        case JSONL -> new JsonLines(name, textField, longest).read(lines, documents);
        case PLAIN -> readPlain(name, lines, documents);
        case PARQUET -> throw new IllegalStateException("read by columns");
      }
    }
  }

  private void readPlain(String name, Utf8Lines lines, DocumentSink documents) throws IOException {
    var headings = new Headings();
    var text = new StringBuilder();
    long first = 1;
    for (String line = lines.next(); line != null; line = lines.next()) {
      boolean boundary =
          switch (split) {
            case FILE -> false;
            case BLANK_LINE -> line.isBlank();
            case HEADING -> headings.startsDocument(line);
          };
      if (boundary) {
        emit(name, first, text, documents);
        first = lines.line();
      }
      if (split == DocumentSplit.BLANK_LINE) {
        if (boundary) {
          continue;
        }
        first = text.isEmpty() ? lines.line() : first;
      }
      if (text.length() + (long) line.length() > longest) {
        throw tooLong(name + ":" + first);
      }
      text.append(line);
    }
    emit(name, first, text, documents);
  }

  private void emit(String name, long first, StringBuilder text, DocumentSink documents)
      throws IOException {
    String content = text.toString();
    text.setLength(0);
    if (content.isBlank()) {
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
