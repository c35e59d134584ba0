package dev.primeline.activities.artifacts;

import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.NoSuchFileException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Objects of any bucket that the process' credentials may read, as they are: input that is nobody's
 * artifact. The client is made with the first call, so that whoever reads none needs no
 * credentials. Safe for several threads.
 */
public final class S3Objects implements AutoCloseable {

  private final StoreSettings settings;
  private @Nullable S3Client client;

  /** Reads from the server that these settings name. */
  public S3Objects(StoreSettings settings) {
    this.settings = settings;
  }

  /**
   * One version of an object.
   *
   * @param bucket where it lies
   * @param key its name in the bucket
   * @param bytes its length
   * @param version its ETag: another content has another one
   */
  public record Found(String bucket, String key, long bytes, String version) {

    /** Its address for people. */
    public URI uri() {
      try {
        return new URI("s3", bucket, "/" + key, null, null);
      } catch (URISyntaxException e) {
        throw new IllegalArgumentException(e);
      }
    }
  }

  /**
   * Looks for one object; empty when there is none of that name.
   *
   * @throws BadInput when the bucket is not there or may not be read
   */
  public Optional<Found> find(String bucket, String key) throws IOException {
    Found unknown = new Found(bucket, key, 0, "");
    try {
      HeadObjectResponse head =
          S3Failures.insist(() -> client().headObject(r -> r.bucket(bucket).key(key)));
      return Optional.of(new Found(bucket, key, head.contentLength(), head.eTag()));
    } catch (SdkException e) {
      if (e instanceof S3Exception s3 && s3.statusCode() == S3Failures.NOT_FOUND) {
        return Optional.empty();
      }
      throw S3Failures.atReading(unknown.uri(), e);
    }
  }

  /**
   * All objects whose names begin with a prefix, in lexical order; without the empty ones by which
   * other tools mark folders.
   *
   * @throws BadInput when the bucket is not there or may not be listed
   */
  public List<Found> list(String bucket, String prefix) throws IOException {
    try {
      return S3Failures.insist(
          () ->
              client()
                  .listObjectsV2Paginator(r -> r.bucket(bucket).prefix(prefix))
                  .contents()
                  .stream()
                  .filter(object -> !object.key().endsWith("/"))
                  .map(object -> new Found(bucket, object.key(), object.size(), object.eTag()))
                  .sorted(Comparator.comparing(Found::key))
                  .toList());
    } catch (SdkException e) {
      throw S3Failures.atReading(new Found(bucket, prefix, 0, "").uri(), e);
    }
  }

  /**
   * Opens this very version of an object from a byte on. A connection that is cut ends the stream
   * with an exception, never early.
   *
   * @param from in [0, bytes)
   * @throws BadInput when the object is another one by now, is gone, or may not be read
   */
  public InputStream open(Found object, long from) throws IOException {
    try {
      return new S3Content(
          object.uri(),
          client()
              .getObject(
                  r -> {
                    r.bucket(object.bucket()).key(object.key()).ifMatch(object.version());
                    if (from > 0) {
                      r.range("bytes=%d-".formatted(from));
                    }
                  }));
    } catch (SdkException e) {
      if (e instanceof S3Exception s3 && s3.statusCode() == S3Failures.PRECONDITION_FAILED) {
        throw new BadInput(
            "%s: changed while it was read (it is no longer the version %s); expected objects that stay as they are"
                .formatted(object.uri(), object.version()));
      }
      if (S3Failures.of(object.uri(), e) instanceof NoSuchFileException) {
        throw new BadInput(
            "%s: vanished while it was read, at byte %d of %d; expected objects that stay as they are"
                .formatted(object.uri(), from, object.bytes()));
      }
      throw S3Failures.atReading(object.uri(), e);
    }
  }

  private synchronized S3Client client() {
    if (client == null) {
      client = S3Clients.open(settings, S3Limits.DEFAULTS.silence());
    }
    return client;
  }

  @Override
  public synchronized void close() {
    if (client != null) {
      client.close();
      client = null;
    }
  }
}
