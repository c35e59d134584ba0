package dev.primeline.activities.artifacts;

import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Artifacts as objects under a prefix of a bucket.
 *
 * <p>Every write carries {@code If-None-Match: *}, so that the server itself refuses a second
 * object of one key. Objects carry their SHA-256 and the mark of the call that wrote them: when the
 * answer to a write is lost and its repetition is refused, the mark tells that the write was ours.
 */
public final class S3ArtifactStore implements ArtifactStore {

  /** The most that S3 takes in one upload. */
  static final long LARGEST_UPLOAD = 5L << 30;

  /** S3 answers 409 while another write of the key is under way. */
  private static final int CONFLICTS = 8;

  private static final String PROBE = ".probe/create-only";
  private static final String SHA256 = "sha256";
  private static final String WRITER = "writer";

  private final S3Client client;
  private final S3Location location;
  private final boolean checksums;
  private final Path cache;
  private final Incoming incoming;

  private S3ArtifactStore(S3Client client, S3Location location, StoreSettings settings)
      throws IOException {
    this.client = client;
    this.location = location;
    this.checksums = !settings.checksumsWhenRequired();
    this.cache = Folders.create(settings.cache());
    this.incoming = Incoming.in(cache, () -> Folders.freeBytes(cache));
  }

  /**
   * Opens {@code s3://bucket/prefix} for writing.
   *
   * @throws BadInput when the location, the settings, the bucket or the server cannot serve
   * @throws IOException when the server does not answer
   */
  static S3ArtifactStore open(String location, StoreSettings settings) throws IOException {
    S3Location place = S3Location.parse(location);
    S3Client client = S3Clients.open(settings);
    boolean opened = false;
    try {
      S3ArtifactStore store = new S3ArtifactStore(client, place, settings);
      store.probeCreateOnly();
      opened = true;
      return store;
    } finally {
      if (!opened) {
        client.close();
      }
    }
  }

  /**
   * Makes sure that the server refuses to write an object twice. The probe object stays, so a later
   * opening asks once.
   */
  private void probeCreateOnly() throws IOException {
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

  @Override
  public ArtifactRef put(String key, Path file) throws IOException {
    URI uri = uri(key);
    long bytes = Files.size(file);
    if (bytes > LARGEST_UPLOAD) {
      throw new IOException(
          "%s has %d bytes: expected at most %d, the most that S3 takes in one upload"
              .formatted(uri, bytes, LARGEST_UPLOAD));
    }
    Fingerprint fingerprint = Fingerprint.of(file);
    try {
      PutObjectRequest request = request(key, fingerprint);
      if (!create(request, RequestBody.fromFile(file)) && !holds(key, fingerprint)) {
        throw new FileAlreadyExistsException(
            uri.toString(), null, "an object is written once, and this one has other content");
      }
      return fingerprint.at(key);
    } catch (SdkException e) {
      throw S3Failures.of(uri, e);
    }
  }

  @Override
  public boolean putIfAbsent(String key, byte[] content) throws IOException {
    URI uri = uri(key);
    PutObjectRequest request = request(key, Fingerprint.of(content));
    try {
      return create(request, RequestBody.fromBytes(content)) || wasWrittenBy(key, request);
    } catch (SdkException e) {
      throw S3Failures.of(uri, e);
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
      pause(25L << conflicts);
    }
  }

  private static void pause(long milliseconds) throws IOException {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while another write was under way");
    }
  }

  private boolean wasWrittenBy(String key, PutObjectRequest request) throws IOException {
    try {
      String writer = head(key).metadata().get(WRITER);
      return writer != null && writer.equals(request.metadata().get(WRITER));
    } catch (NoSuchFileException deletedSince) {
      return false;
    }
  }

  private boolean holds(String key, Fingerprint fingerprint) throws IOException {
    HeadObjectResponse head = head(key);
    String sha256 = head.metadata().get(SHA256);
    if (sha256 != null) {
      return fingerprint.equals(new Fingerprint(sha256, head.contentLength()));
    }
    try (InputStream in = open(key)) {
      return fingerprint.equals(Fingerprint.of(in));
    }
  }

  private HeadObjectResponse head(String key) throws IOException {
    URI uri = uri(key);
    try {
      return client.headObject(r -> r.bucket(location.bucket()).key(location.object(key)));
    } catch (SdkException e) {
      throw S3Failures.of(uri, e);
    }
  }

  @Override
  public InputStream open(String key) throws IOException {
    URI uri = uri(key);
    try {
      return S3Failures.checked(
          uri, client.getObject(r -> r.bucket(location.bucket()).key(location.object(key))));
    } catch (SdkException e) {
      throw S3Failures.of(uri, e);
    }
  }

  @Override
  public byte[] read(String key) throws IOException {
    try (InputStream in = open(key)) {
      return in.readAllBytes();
    }
  }

  @Override
  public Path fetch(ArtifactRef ref) throws IOException {
    Path file = cache.resolve(ref.sha256());
    if (Files.isRegularFile(file) && Fingerprint.of(file).matches(ref)) {
      return file;
    }
    try (InputStream in = open(ref.key());
        var received = incoming.receive(ref.key(), in, ref.bytes())) {
      received.fingerprint().verify(ref);
      Files.move(received.file(), file, StandardCopyOption.ATOMIC_MOVE);
    }
    return file;
  }

  @Override
  public boolean exists(String key) throws IOException {
    try {
      head(key);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  @Override
  public List<StoredObject> objects(String prefix) throws IOException {
    String start = location.object(ArtifactKeys.requirePrefix(prefix));
    try {
      return client
          .listObjectsV2Paginator(r -> r.bucket(location.bucket()).prefix(start))
          .contents()
          .stream()
          // Other tools mark folders by empty objects with a slash at the end.
          .filter(object -> !object.key().endsWith("/"))
          .map(this::listed)
          .filter(object -> !ArtifactKeys.reserved(object.key()))
          .sorted(Comparator.comparing(StoredObject::key))
          .toList();
    } catch (SdkException e) {
      throw S3Failures.of(location.uri(prefix), e);
    }
  }

  private StoredObject listed(S3Object object) {
    String key = object.key().substring(location.prefix().length());
    return new StoredObject(key, object.size(), object.lastModified());
  }

  @Override
  public void delete(String key) throws IOException {
    URI uri = uri(key);
    try {
      client.deleteObject(r -> r.bucket(location.bucket()).key(location.object(key)));
    } catch (SdkException e) {
      throw S3Failures.of(uri, e);
    }
  }

  @Override
  public URI uri(String key) {
    return location.uri(ArtifactKeys.requireKey(key));
  }

  @Override
  public void close() {
    client.close();
  }
}
