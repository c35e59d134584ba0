package dev.primeline.activities.corpus;

import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * A file of a corpus and what it held when it was first read.
 *
 * @param source where it is
 * @param packing how it is compressed
 * @param format how it holds documents
 * @param sha256 lower-case hex of its content
 * @param bytes its length
 * @param stretches that it can be cut into; none when it cannot
 */
record CorpusFile(
    SourceFile source,
    Packing packing,
    FileFormat format,
    String sha256,
    long bytes,
    List<Stretch> stretches) {

  /** So much is enough to tell a format; the head of a packed file unpacks to more. */
  private static final int HEAD = 1 << 16;

  /** Reads a file through once for its hash. */
  static CorpusFile of(SourceFile source, LongConsumer bytesRead) throws IOException {
    return of(source, Cuts.none(), bytesRead);
  }

  /** Reads a file through once for its hash and for where it can be cut. */
  static CorpusFile of(SourceFile source, Cuts cuts, LongConsumer bytesRead) throws IOException {
    MessageDigest digest = Hashes.sha256();
    byte[] buffer = new byte[1 << 16];
    byte[] head;
    long bytes;
    Packing packing;
    FileFormat format;
    Cuts.Survey survey;
    try (InputStream in = source.open(0)) {
      head = in.readNBytes(HEAD);
      packing = Packing.of(head);
      format = FileFormat.of(source.name(), packing, head);
      survey = cuts.survey(packing, format);
      digest.update(head);
      survey.read(head, head.length);
      bytes = head.length;
      bytesRead.accept(bytes);
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
        survey.read(buffer, n);
        bytes += n;
        bytesRead.accept(n);
      }
    } catch (IOException e) {
      if (source instanceof LocalFile) {
        throw CorpusPaths.readable(source.name(), e);
      }
      throw e;
    }
    return new CorpusFile(
        source,
        packing,
        format,
        HexFormat.of().formatHex(digest.digest()),
        bytes,
        survey.stretches());
  }

  /** The same file, of which is known what an earlier reading found. */
  static CorpusFile of(FileEntry entry, CorpusSources sources) throws IOException {
    return new CorpusFile(
        sources.file(entry.name(), entry.bytes(), entry.version()),
        Packing.valueOf(entry.packing()),
        FileFormat.valueOf(entry.format()),
        entry.sha256(),
        entry.bytes(),
        entry.stretches());
  }

  /** What another process must know to read it again. */
  FileEntry entry() {
    return new FileEntry(
        name(), source.version(), packing.name(), format.name(), sha256, bytes, stretches);
  }

  /** Parts that it has, 1 when it is not cut. */
  int parts() {
    return Math.max(1, stretches.size());
  }

  /** Length of a part. */
  long partBytes(int part) {
    return stretches.isEmpty() ? bytes : stretches.get(part).bytes();
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

  /**
   * Some of its stretches again, each of which refuses a file that has changed since.
   *
   * @throws BadInput when the file is shorter by now than where they begin
   */
  InputStream open(List<Stretch> wanted, LongConsumer bytesRead) throws IOException {
    return new SourceBytes(this, source.open(wanted.get(0).offset()), wanted, bytesRead);
  }
}
