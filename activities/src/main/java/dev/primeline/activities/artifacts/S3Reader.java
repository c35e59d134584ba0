package dev.primeline.activities.artifacts;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.NoSuchFileException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/** Reads single objects. The SDK asks again until an answer begins; here one that is cut too. */
final class S3Reader {

  private static final Logger LOG = LoggerFactory.getLogger(S3Reader.class);
  private static final int DOWNLOADS = 4;

  private final S3Client client;
  private final S3Location location;

  S3Reader(S3Client client, S3Location location) {
    this.client = client;
    this.location = location;
  }

  /** What is made of an object's bytes. */
  interface Reading<T> {
    T of(InputStream content) throws IOException;
  }

  HeadObjectResponse head(String key) throws IOException {
    try {
      return client.headObject(r -> r.bucket(location.bucket()).key(location.object(key)));
    } catch (SdkException e) {
      throw S3Failures.of(location.uri(key), e);
    }
  }

  boolean exists(String key) throws IOException {
    try {
      head(key);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  InputStream open(String key) throws IOException {
    URI uri = location.uri(key);
    try {
      return new S3Content(
          uri, client.getObject(r -> r.bucket(location.bucket()).key(location.object(key))));
    } catch (SdkException e) {
      throw S3Failures.of(uri, e);
    }
  }

  /** Reads an object whole, from its beginning again when the connection is cut. */
  <T> T whole(String key, Reading<T> reading) throws IOException {
    for (int downloads = 1; ; downloads++) {
      InputStream in = open(key);
      try (in) {
        return reading.of(in);
      } catch (DamagedArtifactException | Incoming.NoRoomException e) {
        throw e;
      } catch (IOException e) {
        if (downloads == DOWNLOADS) {
          throw e;
        }
        LOG.debug("the download of {} was cut, trying again", key, e);
      }
      S3Failures.pause(100L << downloads);
    }
  }
}
