package dev.primeline.activities.artifacts;

import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Creates objects and never replaces one: every write carries {@code If-None-Match: *}.
 *
 * <p>Objects carry their SHA-256 and the mark of the call that wrote them: when the answer to a
 * write is lost and its repetition is refused, the mark tells that the write was ours.
 */
final class S3Writer {

  /** S3 answers 409 while another write of the key is under way. */
  private static final int CONFLICTS = 8;

  private static final String PROBE = ".probe/create-only";
  private static final String SHA256 = "sha256";
  private static final String WRITER = "writer";

  private final S3Client client;
  private final S3Location location;
  private final S3Reader reader;
  private final boolean checksums;
  private final long partBytes;

  S3Writer(
      S3Client client, S3Location location, S3Reader reader, boolean checksums, long partBytes) {
    this.client = client;
    this.location = location;
    this.reader = reader;
    this.checksums = checksums;
    this.partBytes = partBytes;
  }

  /**
   * Makes sure that the server refuses to write an object twice. The probe object stays, so a later
   * opening asks once.
   */
  void probeCreateOnly() throws IOException {
    byte[] content = {'1'};
    try {
      PutObjectRequest request = request(PROBE, Fingerprint.of(content));
      RequestBody body = RequestBody.fromBytes(content);
      boolean fresh = create(request, body);
      if (!fresh || !create(request, body)) {
        return;
      }
    } catch (S3Exception e) {
      if (e.statusCode() != S3Failures.NOT_IMPLEMENTED) {
        throw S3Failures.atOpening(location, e);
      }
    } catch (SdkException e) {
      throw S3Failures.atOpening(location, e);
    }
    throw new BadInput(
        "store %s writes an object again in spite of If-None-Match: expected an S3 server with"
                .formatted(location)
            + " conditional writes, which keep two runs from overwriting each other");
  }

  ArtifactRef put(String key, Path file) throws IOException {
    URI uri = location.uri(key);
    Fingerprint fingerprint = Fingerprint.of(file);
    PutObjectRequest request = request(key, fingerprint);
    try {
      boolean created =
          Files.size(file) > partBytes
              ? createInParts(key, request, file)
              : create(request, RequestBody.fromFile(file));
      if (!created && !holds(key, fingerprint)) {
        throw new FileAlreadyExistsException(
            uri.toString(), null, "an object is written once, and this one has other content");
      }
      return fingerprint.at(key);
    } catch (SdkException e) {
      throw S3Failures.of(uri, e);
    }
  }

  boolean putIfAbsent(String key, byte[] content) throws IOException {
    PutObjectRequest request = request(key, Fingerprint.of(content));
    try {
      return create(request, RequestBody.fromBytes(content)) || wasWrittenBy(key, request);
    } catch (SdkException e) {
      throw S3Failures.of(location.uri(key), e);
    }
  }

  private PutObjectRequest request(String key, Fingerprint fingerprint) {
    PutObjectRequest.Builder request =
        PutObjectRequest.builder()
            .bucket(location.bucket())
            .key(location.object(key))
            .ifNoneMatch("*")
            .metadata(Map.of(SHA256, fingerprint.sha256(), WRITER, UUID.randomUUID().toString()));
    if (checksums) {
      // The server compares what arrived with what was hashed here.
      byte[] digest = HexFormat.of().parseHex(fingerprint.sha256());
      request.checksumSHA256(Base64.getEncoder().encodeToString(digest));
    }
    return request.build();
  }

  /** Writes an object; false when the server has one of that key. */
  private boolean create(PutObjectRequest request, RequestBody body) throws IOException {
    for (int conflicts = 0; ; conflicts++) {
      try {
        client.putObject(request, body);
        return true;
      } catch (S3Exception e) {
        if (e.statusCode() == S3Failures.PRECONDITION_FAILED) {
          return false;
        }
        if (e.statusCode() != S3Failures.CONFLICT || conflicts == CONFLICTS) {
          throw e;
        }
      }
      S3Failures.pause(25L << conflicts);
    }
  }

  /** Writes a large object; false when the server has one of that key. */
  private boolean createInParts(String key, PutObjectRequest request, Path file)
      throws IOException {
    if (reader.exists(key)) {
      return false;
    }
    boolean created = new MultipartUpload(client, request, file, partBytes, checksums).create();
    if (!created && !reader.exists(key)) {
      throw new IOException(location.uri(key) + ": the server gave the upload up");
    }
    return created;
  }

  private boolean wasWrittenBy(String key, PutObjectRequest request) throws IOException {
    try {
      String writer = reader.head(key).metadata().get(WRITER);
      return writer != null && writer.equals(request.metadata().get(WRITER));
    } catch (NoSuchFileException deletedSince) {
      return false;
    }
  }

  private boolean holds(String key, Fingerprint fingerprint) throws IOException {
    HeadObjectResponse head = reader.head(key);
    String sha256 = head.metadata().get(SHA256);
    if (sha256 != null) {
      return fingerprint.equals(new Fingerprint(sha256, head.contentLength()));
    }
    return fingerprint.equals(reader.whole(key, Fingerprint::of));
  }
}
