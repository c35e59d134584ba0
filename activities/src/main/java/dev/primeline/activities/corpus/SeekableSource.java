package dev.primeline.activities.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** A file that is read here and there: it is opened anew wherever reading does not go on. */
final class SeekableSource extends InputStream {

  /** Skipping so many bytes is faster than asking a server again. */
  private static final int SHORT_WAY = 1 << 18;

  private final CorpusFile file;
  private final LongConsumer bytesRead;
  private @Nullable InputStream in;
  private @Nullable Exception failure;
  private long opened;
  private long position;

  SeekableSource(CorpusFile file, LongConsumer bytesRead) {
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
      int n = here().read(target, offset, length);
      opened += Math.max(0, n);
      position = opened;
      bytesRead.accept(Math.max(0, n));
      return n;
    } catch (IOException | RuntimeException e) {
      failure = e;
      throw e;
    }
  }

  private InputStream here() throws IOException {
    InputStream open = in;
    if (open != null && position > opened && position - opened <= SHORT_WAY) {
      open.skipNBytes(position - opened);
      opened = position;
    }
    if (open == null || opened != position) {
      close();
      open = file.source().open(position);
      in = open;
      opened = position;
    }
    return open;
  }

  /** The next byte to be read is this one, in [0, length]. */
  void seek(long to) {
    position = to;
  }

  /** Where the next byte comes from. */
  long position() {
    return position;
  }

  /** What went wrong in reading, or in telling of it, rather than in what was made of it. */
  @Nullable Exception failure() {
    return failure;
  }

  @Override
  public void close() throws IOException {
    InputStream open = in;
    in = null;
    if (open != null) {
      open.close();
    }
  }
}
