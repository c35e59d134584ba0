package dev.primeline.activities.artifacts;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.net.URI;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * An object's bytes on their way. A connection that is cut ends them with an exception: an object
 * that is short for that reason must never look like a damaged one. The SDK's own complaints, such
 * as a wrong checksum, are read errors too.
 */
final class S3Content extends FilterInputStream {

  private final ResponseInputStream<GetObjectResponse> response;
  private final URI object;
  private final long bytes;
  private long arrived;

  S3Content(URI object, ResponseInputStream<GetObjectResponse> response) {
    super(response);
    this.response = response;
    this.object = object;
    Long length = response.response().contentLength();
    this.bytes = length == null ? 0 : length;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    try {
      int n = super.read(buffer, offset, length);
      arrived += Math.max(0, n);
      if (n < 0 && arrived < bytes) {
        throw new EOFException(
            "%s: the connection ended after %d of %d bytes".formatted(object, arrived, bytes));
      }
      return n;
    } catch (SdkException e) {
      throw S3Failures.of(object, e);
    }
  }

  @Override
  public long skip(long count) throws IOException {
    long skipped = super.skip(count);
    arrived += skipped;
    return skipped;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  /** Nobody waits for bytes that nobody wants. */
  @Override
  public void close() throws IOException {
    if (arrived < bytes) {
      response.abort();
    } else {
      super.close();
    }
  }
}
