package dev.primeline.activities.corpus;

import java.io.IOException;
import java.io.InputStream;

/** A file of a corpus, wherever it lies. */
interface SourceFile {

  /** Its path or address, for messages. */
  String name();

  /** Its length as it was found; -1 when only reading tells. */
  long bytes() throws IOException;

  /** What tells its content from others of the same name; empty when only reading tells. */
  String version();

  /**
   * Opens it at a byte. A remote file survives connections that break, and refuses to go on in
   * another version of itself than the one that was found.
   *
   * @param from in [0, length]
   */
  InputStream open(long from) throws IOException;
}
