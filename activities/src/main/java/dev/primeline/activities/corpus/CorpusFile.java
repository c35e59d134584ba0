package dev.primeline.activities.corpus;

import dev.primeline.workflows.artifact.Hashes;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.LongConsumer;

/**
 * A file of a corpus and what it held when it was first read.
 *
 * @param source where it is
 * @param packing how it is compressed
 * @param format how it holds documents
 * @param sha256 lower-case hex of its content
 * @param bytes its length
 */
record CorpusFile(
    SourceFile source, Packing packing, FileFormat format, String sha256, long bytes) {

  /** So much is enough to tell a format; the head of a packed file unpacks to more. */
  private static final int HEAD = 1 << 16;

  /** Reads a file through once for its hash. */
  static CorpusFile of(SourceFile source, LongConsumer bytesRead) throws IOException {
    MessageDigest digest = Hashes.sha256();
    byte[] buffer = new byte[1 << 16];
    byte[] head;
    long bytes;
    try (InputStream in = source.open(0)) {
      head = in.readNBytes(HEAD);
      digest.update(head);
      bytes = head.length;
      bytesRead.accept(bytes);
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
        bytes += n;
        bytesRead.accept(n);
      }
    } catch (IOException e) {
      if (source instanceof LocalFile) {
        throw CorpusPaths.readable(source.name(), e);
      }
      throw e;
    }
    Packing packing = Packing.of(head);
    return new CorpusFile(
        source,
        packing,
        FileFormat.of(source.name(), packing, head),
        HexFormat.of().formatHex(digest.digest()),
        bytes);
  }

  /** Its path or address, for messages. */
  String name() {
    return source.name();
  }

  /**
   * Its bytes again, unpacked; the end of the stream refuses a file that has changed since, and a
   * packed one that is damaged is refused where that shows.
   */
  InputStream open(LongConsumer bytesRead) throws IOException {
    var content = new SourceBytes(this, source.open(0), bytesRead);
    return packing == Packing.NONE ? content : new UnpackedInputStream(this, content);
  }

  /** Whether a digest is that of the file as it was. */
  boolean matches(byte[] digest) {
    return Arrays.equals(digest, HexFormat.of().parseHex(sha256));
  }
}
