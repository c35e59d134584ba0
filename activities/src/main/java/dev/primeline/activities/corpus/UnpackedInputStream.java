package dev.primeline.activities.corpus;

import dev.primeline.workflows.experiment.BadInput;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * What a compressed file holds. Data that is damaged, cut short, or a bomb ends it with a sentence;
 * what fails in reading the file itself stays an {@link IOException}.
 */
final class UnpackedInputStream extends InputStream {

  /** Text compresses to a twentieth at best; a bomb to a thousandth and less. */
  private static final int LARGEST_RATIO = 250;

  /** Below this a file may be as regular as it likes. */
  private static final long HARMLESS_BYTES = 64L << 20;

  private final CorpusFile file;
  private final SourceBytes packed;
  private final long harmlessBytes;
  private @Nullable InputStream in;
  private long unpackedBytes;

  UnpackedInputStream(CorpusFile file, SourceBytes packed) {
    this(file, packed, HARMLESS_BYTES);
  }

  UnpackedInputStream(CorpusFile file, SourceBytes packed, long harmlessBytes) {
    this.file = file;
    this.packed = packed;
    this.harmlessBytes = harmlessBytes;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    int n;
    try {
      if (in == null) {
        in = file.packing().unpack(packed);
      }
      n = in.read(target, offset, length);
    } catch (IOException e) {
      throw judged(e);
    }
    unpackedBytes += Math.max(0, n);
    if (unpackedBytes > harmlessBytes && unpackedBytes / LARGEST_RATIO > packed.position()) {
      throw new BadInput(
          "%s: %d bytes of %s data unpack to more than %d bytes; expected text, which does not shrink to less than 1/%d"
              .formatted(
                  file.name(),
                  packed.position(),
                  file.packing().title(),
                  unpackedBytes,
                  LARGEST_RATIO));
    }
    return n;
  }

  /** Whose fault it is: that of the line, of somebody who changes the file, or of the file. */
  private IOException judged(IOException e) throws IOException {
    IOException reading = packed.failure();
    if (reading != null) {
      return reading;
    }
    long position = packed.position();
    packed.drain();
    if (e instanceof EOFException || String.valueOf(e.getMessage()).startsWith("Truncated")) {
      throw new BadInput(
          "%s: cut short: its %s data ends in the middle, after %d bytes; expected the whole file"
              .formatted(file.name(), file.packing().title(), file.bytes()));
    }
    throw new BadInput(
        "%s: damaged %s data before byte %d of the file (%s); expected a file that unpacks"
            .formatted(file.name(), file.packing().title(), position, e.getMessage()));
  }

  @Override
  public void close() throws IOException {
    try (packed) {
      if (in != null) {
        in.close();
      }
    }
  }
}
