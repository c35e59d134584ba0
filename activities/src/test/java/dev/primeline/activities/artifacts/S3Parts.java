package dev.primeline.activities.artifacts;

import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** Uploads in parts that an {@link S3Endpoint} has under way. */
final class S3Parts {

  private record Upload(Map<String, String> metadata, NavigableMap<Integer, byte[]> parts) {}

  private final Map<String, Upload> uploads = new ConcurrentHashMap<>();

  String begin(Map<String, String> metadata) {
    String id = UUID.randomUUID().toString();
    uploads.put(id, new Upload(metadata, new ConcurrentSkipListMap<>()));
    return id;
  }

  /** False when nobody knows the upload. */
  boolean take(String id, int number, byte[] part) {
    Upload upload = uploads.get(id);
    if (upload == null) {
      return false;
    }
    upload.parts().put(number, part);
    return true;
  }

  /** The whole object, or nothing when nobody knows the upload. */
  Optional<S3Endpoint.Stored> assemble(String id) {
    Upload upload = uploads.get(id);
    if (upload == null) {
      return Optional.empty();
    }
    NavigableMap<Integer, byte[]> parts = new TreeMap<>(upload.parts());
    int bytes = parts.values().stream().mapToInt(part -> part.length).sum();
    byte[] content = new byte[bytes];
    int at = 0;
    for (byte[] part : parts.values()) {
      System.arraycopy(part, 0, content, at, part.length);
      at += part.length;
    }
    return Optional.of(new S3Endpoint.Stored(content, upload.metadata()));
  }

  void forget(String id) {
    uploads.remove(id);
  }

  int underWay() {
    return uploads.size();
  }
}
