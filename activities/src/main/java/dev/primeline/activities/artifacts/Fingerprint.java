package dev.primeline.activities.artifacts;

import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.artifact.Hashes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * What content is, apart from its name.
 *
 * @param sha256 64 lower-case hex digits
 * @param bytes length
 */
record Fingerprint(String sha256, long bytes) {

  static Fingerprint of(byte[] content) {
    return new Fingerprint(Hashes.sha256(content), content.length);
  }

  static Fingerprint of(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return of(in);
    }
  }

  static Fingerprint of(InputStream in) throws IOException {
    MessageDigest digest = Hashes.sha256();
    byte[] buffer = new byte[1 << 20];
    long bytes = 0;
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      digest.update(buffer, 0, n);
      bytes += n;
    }
    return new Fingerprint(HexFormat.of().formatHex(digest.digest()), bytes);
  }

  ArtifactRef at(String key) {
    return new ArtifactRef(key, sha256, bytes);
  }

  boolean matches(ArtifactRef ref) {
    return bytes == ref.bytes() && sha256.equals(ref.sha256());
  }

  /** Nothing when the content is what the reference says. */
  void verify(ArtifactRef ref) throws DamagedArtifactException {
    if (!matches(ref)) {
      throw new DamagedArtifactException(
          "%s: %d bytes with SHA-256 %s, expected %d bytes with %s"
              .formatted(ref.key(), bytes, sha256, ref.bytes(), ref.sha256()));
    }
  }
}
