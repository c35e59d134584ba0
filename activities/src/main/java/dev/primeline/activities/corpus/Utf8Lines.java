package dev.primeline.activities.corpus;

import dev.primeline.workflows.experiment.BadInput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a UTF-8 file, one in memory at a time. A byte order mark is dropped; a NUL byte or
 * malformed UTF-8 is refused with its line and its byte offset, which counts from 0.
 */
final class Utf8Lines {
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private final String name;
  private final String whole;
  private final InputStream in;
  private final long longest;
  private final byte[] buffer = new byte[1 << 16];
  private int position;
  private int limit;
  private final Drops drops;
  private long offset;
  private long line;
  private boolean broken;
  private boolean told;

  /**
   * @param name the file, for messages
   * @param whole what the offsets are of: {@code the file}
   * @param in its bytes; read to the end unless refused, closed by the caller
   * @param longest bytes a line may have
   * @param drops told of lines at fault
   */
  Utf8Lines(String name, String whole, InputStream in, long longest, Drops drops) {
    this.name = name;
    this.whole = whole;
    this.in = in;
    this.longest = longest;
    this.drops = drops;
  }

  /** The next line at fault is of another document than the one before. */
  void documentBegins() {
    told = false;
  }

  /** The document is at fault already, and counted. */
  void documentIsAtFault() {
    told = true;
  }

  private void fault(DropReason reason, BadInput sentence) {
    if (!told) {
      drops.fault(reason, sentence);
      told = true;
    }
  }

  /** The bytes to come are those of a file from here on. */
  void begin(Stretch stretch) {
    offset = stretch.offset();
    line = stretch.line();
  }

  /**
   * The next line with its line end, or null at the end of the file. A line at fault that may be
   * left out is empty, and {@link #broken}.
   */
  @Nullable String next() throws IOException {
    var bytes = new ByteArrayOutputStream(256);
    long lineStart = offset;
    boolean ended = false;
    boolean bad = false;
    while (!ended && fill()) {
      int end = position;
      while (end < limit && buffer[end] != '\n') {
        if (buffer[end] == 0 && !bad) {
          BadInput sentence = binary("a NUL byte", line + 1, offset + end - position);
          fault(DropReason.NUL_BYTE, sentence);
          bad = true;
        }
        end++;
      }
      ended = end < limit;
      end = ended ? end + 1 : end;
      if (!bad) {
        bytes.write(buffer, position, end - position);
      }
      offset += end - position;
      position = end;
      if (bytes.size() > longest && !bad) {
        fault(
            DropReason.TOO_LONG,
            new BadInput(
                "%s:%d: the line has more than %d bytes; expected shorter lines, or a larger heap (-Xmx)"
                    .formatted(name, line + 1, longest)));
        bad = true;
      }
      if (bad) {
        // What is left of it goes by unseen, however long.
        bytes = new ByteArrayOutputStream(0);
      }
    }
    broken = bad;
    if (offset == lineStart) {
      return null;
    }
    line++;
    return broken ? "" : decode(bytes.toByteArray(), lineStart);
  }

  /** Whether the line that {@link #next} gave last was at fault, and is counted as left out. */
  boolean broken() {
    return broken;
  }

  /** Number of the line that {@link #next} gave last, from 1. */
  long line() {
    return line;
  }

  private boolean fill() throws IOException {
    if (position == limit) {
      position = 0;
      limit = Math.max(0, in.readNBytes(buffer, 0, buffer.length));
    }
    return position < limit;
  }

  private String decode(byte[] bytes, long lineStart) {
    int skipped = lineStart == 0 && startsWithMark(bytes) ? BYTE_ORDER_MARK.length : 0;
    String text = new String(bytes, skipped, bytes.length - skipped, StandardCharsets.UTF_8);
    // The fast decoder replaces what is malformed: look closer only where a replacement appears.
    if (text.indexOf('\uFFFD') >= 0) {
      requireWellFormed(bytes, lineStart);
    }
    return broken ? "" : text;
  }

  private void requireWellFormed(byte[] bytes, long lineStart) {
    CharsetDecoder strict =
        StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT);
    ByteBuffer rest = ByteBuffer.wrap(bytes);
    CoderResult result = strict.decode(rest, CharBuffer.allocate(bytes.length), true);
    if (result.isError()) {
      int at = rest.position();
      fault(
          DropReason.INVALID_UTF8,
          binary("byte 0x%02x".formatted(bytes[at] & 0xFF), line, lineStart + at));
      broken = true;
    }
  }

  private BadInput binary(String what, long number, long at) {
    return new BadInput(
        "%s:%d: not UTF-8 text: %s at byte %d of %s; expected plain text or JSONL in UTF-8"
            .formatted(name, number, what, at, whole));
  }

  private static boolean startsWithMark(byte[] bytes) {
    for (int i = 0; i < BYTE_ORDER_MARK.length; i++) {
      if (i >= bytes.length || bytes[i] != BYTE_ORDER_MARK[i]) {
        return false;
      }
    }
    return true;
  }
}
