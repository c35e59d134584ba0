package dev.primeline.activities.artifacts;

import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Artifacts as objects under a prefix of a bucket. */
public final class S3ArtifactStore implements ArtifactStore {

  private final S3Client client;
  private final S3Location location;
  private final S3Reader reader;
  private final S3Writer writer;
  private final FetchedFiles fetched;
  private final Incoming incoming;

  private S3ArtifactStore(
      S3Client client, S3Location location, StoreSettings settings, S3Limits limits)
      throws IOException {
    this.client = client;
    this.location = location;
    this.reader = new S3Reader(client, location);
    this.writer =
        new S3Writer(
            client, location, reader, !settings.checksumsWhenRequired(), limits.partBytes());
    Path cache = Folders.create(settings.cache());
    this.fetched = new FetchedFiles(cache, settings.cacheBytes());
    this.incoming = Incoming.in(cache, () -> Folders.freeBytes(cache));
  }

  /**
   * Opens {@code s3://bucket/prefix} for writing.
   *
   * @throws BadInput when the location, the settings, the bucket or the server cannot serve
   * @throws IOException when the server does not answer
   */
  static S3ArtifactStore open(String location, StoreSettings settings) throws IOException {
    return open(location, settings, S3Limits.DEFAULTS);
  }

  static S3ArtifactStore open(String location, StoreSettings settings, S3Limits limits)
      throws IOException {
    S3Location place = S3Location.parse(location);
    S3Client client = S3Clients.open(settings, limits.silence());
    boolean opened = false;
    try {
      S3ArtifactStore store = new S3ArtifactStore(client, place, settings, limits);
      store.writer.probeCreateOnly();
      opened = true;
      return store;
    } finally {
      if (!opened) {
        client.close();
      }
    }
  }

  @Override
  public ArtifactRef put(String key, Path file) throws IOException {
    return writer.put(ArtifactKeys.requireKey(key), file);
  }

  @Override
  public boolean putIfAbsent(String key, byte[] content) throws IOException {
    return writer.putIfAbsent(ArtifactKeys.requireKey(key), content);
  }

  @Override
  public InputStream open(String key) throws IOException {
    return reader.open(ArtifactKeys.requireKey(key));
  }

  @Override
  public byte[] read(String key) throws IOException {
    return reader.whole(ArtifactKeys.requireKey(key), InputStream::readAllBytes);
  }

  @Override
  public Path fetch(ArtifactRef ref) throws IOException {
    Optional<Path> known = fetched.find(ref);
    if (known.isPresent()) {
      return known.get();
    }
    return reader.whole(
        ArtifactKeys.requireKey(ref.key()),
        in -> {
          try (var received = incoming.receive(ref.key(), in, ref.bytes())) {
            received.fingerprint().verify(ref);
            return fetched.add(ref, received.file());
          }
        });
  }

  @Override
  public boolean exists(String key) throws IOException {
    return reader.exists(ArtifactKeys.requireKey(key));
  }

  @Override
  public List<StoredObject> objects(String prefix) throws IOException {
    String start = location.object(ArtifactKeys.requirePrefix(prefix));
    try {
      return S3Failures.insist(() -> listed(start));
    } catch (SdkException e) {
      throw S3Failures.of(location.uri(prefix), e);
    }
  }

  private List<StoredObject> listed(String start) {
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
