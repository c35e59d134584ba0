package dev.primeline.activities.corpus;

import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.experiment.BadInput;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** A file's bytes on a later reading; their end refuses a file that is not what it was. */
final class SourceBytes extends FilterInputStream {
  private final CorpusFile file;
  private final LongConsumer bytesRead;
  private final MessageDigest digest = Hashes.sha256();
  private long position;
  private boolean ended;
  private @Nullable IOException failure;

  SourceBytes(CorpusFile file, InputStream content, LongConsumer bytesRead) {
    super(content);
    this.file = file;
    this.bytesRead = bytesRead;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    try {
      int n = super.read(target, offset, length);
      if (n > 0) {
        digest.update(target, offset, n);
        position += n;
        bytesRead.accept(n);
      } else if (n < 0 && !ended) {
        ended = true;
        requireUnchanged();
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
    if (!file.matches(digest.digest())) {
      throw new BadInput(
          "corpus %s: changed while it was read; expected files that stay as they are"
              .formatted(file.name()));
    }
  }
}
