package dev.primeline.activities.corpus;

import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.experiment.BadInput;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.LongConsumer;

/**
 * A file of a corpus and what it held when it was first read.
 *
 * @param path where it is
 * @param format how it holds documents
 * @param sha256 lower-case hex of its content
 * @param bytes its length
 */
record CorpusFile(Path path, FileFormat format, String sha256, long bytes) {

  /** Reads a file through once for its hash. */
  static CorpusFile of(Path path, LongConsumer bytesRead) throws IOException {
    MessageDigest digest = Hashes.sha256();
    byte[] buffer = new byte[1 << 16];
    long bytes = 0;
    try (InputStream in = Files.newInputStream(path)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
        bytes += n;
        bytesRead.accept(n);
      }
    } catch (IOException e) {
      throw CorpusPaths.readable(path.toString(), e);
    }
    return new CorpusFile(
        path, FileFormat.of(path), HexFormat.of().formatHex(digest.digest()), bytes);
  }

  /** Its bytes again; the end of the stream refuses a file that has changed since. */
  InputStream open(LongConsumer bytesRead) throws IOException {
    InputStream in;
    try {
      in = Files.newInputStream(path);
    } catch (IOException e) {
      throw CorpusPaths.readable(path.toString(), e);
    }
    return new Unchanged(new DigestInputStream(in, Hashes.sha256()), bytesRead);
  }

  private final class Unchanged extends FilterInputStream {
    private final DigestInputStream content;
    private final LongConsumer bytesRead;

    Unchanged(DigestInputStream content, LongConsumer bytesRead) {
      super(content);
      this.content = content;
      this.bytesRead = bytesRead;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int n = super.read(target, offset, length);
      if (n > 0) {
        bytesRead.accept(n);
      } else if (n < 0 && length > 0) {
        requireUnchanged();
      }
      return n;
    }

    private void requireUnchanged() throws IOException {
      // A digest starts over when it is taken: keep this one for a second read at the end.
      try {
        var soFar = (MessageDigest) content.getMessageDigest().clone();
        if (!Arrays.equals(soFar.digest(), HexFormat.of().parseHex(sha256))) {
          throw new BadInput(
              "corpus %s: changed while it was read; expected files that stay as they are"
                  .formatted(path));
        }
      } catch (CloneNotSupportedException e) {
        throw new IOException("a SHA-256 that cannot be copied", e);
      }
    }
  }
}
