package dev.primeline.activities.corpus;

import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.experiment.DocumentSplit;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a long file may be cut so that several can read it at once: JSONL after any line, plain
 * text whose documents end at blank lines after one of those. Anything else is not cut: what is
 * compressed, or has one document a file, can only be read from its beginning.
 *
 * @param split where documents of plain text end
 * @param bytes after which the next place is looked for
 */
record Cuts(DocumentSplit split, long bytes) {

  static Cuts none() {
    return new Cuts(DocumentSplit.FILE, Long.MAX_VALUE);
  }

  /** Looks at one file while it is read. */
  Survey survey(Packing packing, FileFormat format) {
    boolean afterLines = format == FileFormat.JSONL;
    boolean afterBlankLines = format == FileFormat.PLAIN && split == DocumentSplit.BLANK_LINE;
    boolean possible =
        bytes < Long.MAX_VALUE && packing == Packing.NONE && (afterLines || afterBlankLines);
    return new Survey(possible ? bytes : Long.MAX_VALUE, afterBlankLines);
  }

  /** Notes the places of one file as its bytes go by. */
  static final class Survey {
    private final long least;
    private final boolean afterBlankLines;
    private final List<Stretch> stretches = new ArrayList<>();
    private final @Nullable MessageDigest digest;
    private long begin;
    private long beginLine;
    private long position;
    private long line;
    private boolean lineIsEmpty = true;

    private Survey(long least, boolean afterBlankLines) {
      this.least = least;
      this.afterBlankLines = afterBlankLines;
      this.digest = least == Long.MAX_VALUE ? null : Hashes.sha256();
    }

    /** The next bytes. */
    void read(byte[] buffer, int length) {
      if (digest == null) {
        return;
      }
      int hashed = 0;
      for (int i = 0; i < length; i++) {
        byte b = buffer[i];
        if (b != '\n') {
          lineIsEmpty &= b == '\r';
          continue;
        }
        line++;
        boolean boundary = !afterBlankLines || lineIsEmpty;
        lineIsEmpty = true;
        long at = position + i + 1;
        if (boundary && at - begin >= least) {
          digest.update(buffer, hashed, i + 1 - hashed);
          hashed = i + 1;
          end(digest, at);
        }
      }
      digest.update(buffer, hashed, length - hashed);
      position += length;
    }

    private void end(MessageDigest hash, long at) {
      stretches.add(
          new Stretch(begin, beginLine, at - begin, HexFormat.of().formatHex(hash.digest())));
      begin = at;
      beginLine = line;
    }

    /** All of them, when there is more than one. */
    List<Stretch> stretches() {
      if (digest == null || stretches.isEmpty()) {
        return List.of();
      }
      if (position > begin) {
        end(digest, position);
      }
      return stretches.size() == 1 ? List.of() : List.copyOf(stretches);
    }
  }
}
