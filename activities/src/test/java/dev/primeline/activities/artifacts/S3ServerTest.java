package dev.primeline.activities.artifacts;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The contract against a real server: {@code -Dprimeline.it.s3=s3://bucket/prefix}, with {@code
 * -Dprimeline.it.s3.endpoint=http://host:port} for one other than AWS; credentials come from the
 * environment. Each test leaves its objects under a prefix of its own.
 */
@Tag("s3")
final class S3ServerTest extends ArtifactStoreContract {

  private static final Optional<String> PLACE =
      Optional.ofNullable(System.getProperty("primeline.it.s3")).filter(p -> !p.isBlank());

  @TempDir Path cache;

  private final String location =
      PLACE.orElse("s3://unset").replaceAll("/+$", "") + "/" + UUID.randomUUID();

  @BeforeAll
  static void requireServer() {
    assumeThat(PLACE).as("system property primeline.it.s3 = s3://bucket/prefix").isPresent();
  }

  @Override
  ArtifactStore create() throws IOException {
    // The smallest parts that S3 takes: the contract's larger files travel in several.
    return S3ArtifactStore.open(
        location, settings(), new S3Limits(5L << 20, S3Limits.DEFAULTS.silence()));
  }

  @Override
  void overwrite(String key, byte[] content) {
    S3Location place = S3Location.parse(location);
    try (S3Client client = S3Clients.open(settings(), S3Limits.DEFAULTS.silence())) {
      client.putObject(
          r -> r.bucket(place.bucket()).key(place.object(key)), RequestBody.fromBytes(content));
    }
  }

  private StoreSettings settings() {
    Optional<String> endpoint =
        Optional.ofNullable(System.getProperty("primeline.it.s3.endpoint"))
            .filter(e -> !e.isBlank());
    return new StoreSettings(endpoint, Optional.empty(), endpoint.isPresent(), false, cache);
  }
}
