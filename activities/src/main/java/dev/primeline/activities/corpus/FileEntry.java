package dev.primeline.activities.corpus;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;

/**
 * What is known of a file of a corpus once it has been read.
 *
 * @param name its path or address
 * @param version of a remote file, which another content does not have; empty for a local one
 * @param packing how it is compressed
 * @param format how it holds documents
 * @param sha256 lower-case hex of its content
 * @param bytes its length
 * @param stretches that it can be cut into, in order; none when it cannot
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record FileEntry(
    String name,
    String version,
    String packing,
    String format,
    String sha256,
    long bytes,
    List<Stretch> stretches) {

  public FileEntry {
    stretches = List.copyOf(stretches);
  }
}
