package dev.primeline.activities.corpus;

import dev.primeline.workflows.experiment.BadInput;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A file of a web server, in the version that was read first. */
final class HttpsFile implements SourceFile {
  private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d+)-\\d+/(\\d+|\\*)");

  private final URI address;
  private final HttpsLine line;
  private @Nullable String version;

  HttpsFile(URI address, HttpsLine line) {
    this.address = address;
    this.line = line;
  }

  /** In the version that an earlier reading found. */
  HttpsFile(URI address, HttpsLine line, String version) {
    this(address, line);
    this.version = version;
  }

  @Override
  public String name() {
    return address.toString();
  }

  @Override
  public long bytes() {
    return -1;
  }

  @Override
  public synchronized String version() {
    return version == null ? "" : version;
  }

  @Override
  public InputStream open(long from) {
    return new ResumedInputStream(from, this::fetch);
  }

  private synchronized InputStream fetch(long from) throws IOException {
    HttpURLConnection answer = line.ask(address, from);
    String found =
        HttpsLine.header(answer, "ETag")
            .or(() -> HttpsLine.header(answer, "Last-Modified"))
            .orElse("");
    if (version == null) {
      version = found;
    }
    if (!found.equals(version)) {
      answer.disconnect();
      throw new BadInput(
          "%s: changed while it was read (it is no longer the version %s); expected files that stay as they are"
              .formatted(address, version));
    }
    InputStream content = new Counted(answer, answer.getInputStream());
    long begins = answer.getResponseCode() == 206 ? begins(answer) : 0;
    if (begins > from) {
      content.close();
      throw new IOException("%s: asked for byte %d, got %d".formatted(address, from, begins));
    }
    // Not every server knows ranges.
    content.skipNBytes(from - begins);
    return content;
  }

  private long begins(HttpURLConnection answer) throws IOException {
    Matcher range = CONTENT_RANGE.matcher(HttpsLine.header(answer, "Content-Range").orElse(""));
    if (!range.matches()) {
      throw new IOException(address + ": a part of the file that does not say which");
    }
    return Long.parseLong(range.group(1));
  }

  /** A connection that is cut is no end of a file. */
  private final class Counted extends FilterInputStream {
    private final HttpURLConnection answer;
    private final long bytes;
    private long arrived;

    Counted(HttpURLConnection answer, InputStream content) {
      super(content);
      this.answer = answer;
      this.bytes = answer.getContentLengthLong();
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int n = super.read(target, offset, length);
      arrived += Math.max(0, n);
      if (n < 0 && arrived < bytes) {
        throw new EOFException(
            "%s: the connection ended after %d of %d bytes".formatted(address, arrived, bytes));
      }
      return n;
    }

    @Override
    public long skip(long count) throws IOException {
      long skipped = super.skip(count);
      arrived += skipped;
      return skipped;
    }

    @Override
    public void close() throws IOException {
      if (bytes < 0 || arrived < bytes) {
        answer.disconnect();
      }
      super.close();
    }
  }
}
