package dev.primeline.activities.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bytes of a remote file, fetched again from where a connection broke. Whoever fetches makes
 * sure that it is still the same file.
 */
final class ResumedInputStream extends InputStream {

  private static final Logger LOG = LoggerFactory.getLogger(ResumedInputStream.class);

  /** Failures in a row, without a byte in between, that a server is forgiven. */
  private static final int PATIENCE = 6;

  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

  private final Fetch fetch;
  private final Duration firstPause;
  private @Nullable InputStream in;
  private long offset;

  /** Opens a file at a byte; an early end is an exception. */
  @FunctionalInterface
  interface Fetch {
    InputStream from(long offset) throws IOException;
  }

  ResumedInputStream(long from, Fetch fetch) {
    this(from, fetch, FIRST_PAUSE);
  }

  /** With another pause after the first failure; every further one is twice as long. */
  ResumedInputStream(long from, Fetch fetch, Duration firstPause) {
    this.offset = from;
    this.fetch = fetch;
    this.firstPause = firstPause;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int start, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    for (int failures = 1; ; failures++) {
      try {
        InputStream open = in == null ? fetch.from(offset) : in;
        in = open;
        int n = open.read(target, start, length);
        offset += Math.max(0, n);
        return n;
      } catch (InterruptedIOException e) {
        if (Thread.currentThread().isInterrupted() || failures == PATIENCE) {
          throw e;
        }
        reopen(failures, e);
      } catch (IOException e) {
        if (failures == PATIENCE) {
          throw e;
        }
        reopen(failures, e);
      }
    }
  }

  private void reopen(int failures, IOException cause) throws IOException {
    LOG.debug("reading broke at byte {}, going on from there", offset, cause);
    abandon();
    try {
      Thread.sleep(firstPause.toMillis() << (failures - 1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting to read on");
    }
  }

  private void abandon() {
    InputStream broken = in;
    in = null;
    if (broken != null) {
      try {
        broken.close();
      } catch (IOException e) {
        LOG.debug("a broken connection does not close", e);
      }
    }
  }

  @Override
  public void close() {
    abandon();
  }
}
