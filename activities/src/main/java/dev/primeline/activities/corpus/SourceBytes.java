package dev.primeline.activities.corpus;

import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.experiment.BadInput;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a file, or of neighbouring stretches of it, on a later reading; the end of each
 * refuses a file that is not what it was.
 */
final class SourceBytes extends FilterInputStream {
  private final CorpusFile file;
  private final LongConsumer bytesRead;
  private final MessageDigest digest = Hashes.sha256();
  private final Iterator<Stretch> stretches;
  private Stretch stretch;
  private long position;
  private long left;
  private boolean ended;
  private @Nullable IOException failure;

  /** All of a file. */
  SourceBytes(CorpusFile file, InputStream content, LongConsumer bytesRead) {
    this(file, content, List.of(new Stretch(0, 0, Long.MAX_VALUE, file.sha256())), bytesRead);
  }

  /**
   * @param content begins with the first stretch
   * @param stretches one or more that follow each other
   */
  SourceBytes(
      CorpusFile file, InputStream content, List<Stretch> stretches, LongConsumer bytesRead) {
    super(content);
    this.file = file;
    this.bytesRead = bytesRead;
    this.stretches = stretches.iterator();
    this.stretch = this.stretches.next();
    this.left = stretch.bytes();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (ended || length == 0) {
      return ended ? -1 : 0;
    }
    try {
      int n = super.read(target, offset, (int) Math.min(length, left));
      if (n > 0) {
        digest.update(target, offset, n);
        position += n;
        left -= n;
        bytesRead.accept(n);
      }
      if (n < 0 || left == 0) {
        requireUnchanged();
        ended = n < 0 || !stretches.hasNext();
        if (!ended) {
          stretch = stretches.next();
          left = stretch.bytes();
        }
      }
      return n;
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }

  @Override
  public long skip(long count) throws IOException {
    if (count <= 0) {
      return 0;
    }
    // A digest leaves nothing out.
    return Math.max(0, read(new byte[(int) Math.min(count, 1 << 13)]));
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  /** Reads what is left, for the sake of the check at the end. */
  void drain() throws IOException {
    byte[] buffer = new byte[1 << 16];
    while (read(buffer, 0, buffer.length) >= 0) {}
  }

  /** Bytes read so far. */
  long position() {
    return position;
  }

  /** What went wrong in reading, rather than in what was made of it. */
  @Nullable IOException failure() {
    return failure;
  }

  private void requireUnchanged() {
    if (!Arrays.equals(digest.digest(), HexFormat.of().parseHex(stretch.sha256()))) {
      throw new BadInput(
          "corpus %s: changed while it was read; expected files that stay as they are"
              .formatted(file.name()));
    }
  }
}
