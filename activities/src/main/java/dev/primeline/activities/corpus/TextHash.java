package dev.primeline.activities.corpus;

import dev.primeline.workflows.artifact.Hashes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** SHA-256 of the UTF-8 form of a text, piece by piece: its bytes are never held whole. */
public final class TextHash {

  private TextHash() {}

  /** 32 bytes. */
  public static byte[] of(String text) {
    MessageDigest digest = Hashes.sha256();
    for (int start = 0; start < text.length(); ) {
      int end = Utf8.pieceEnd(text, start);
      digest.update(text.substring(start, end).getBytes(StandardCharsets.UTF_8));
      start = end;
    }
    return digest.digest();
  }
}
