package dev.primeline.activities.artifacts;

import dev.primeline.workflows.experiment.BadInput;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * How a worker reaches its store. There is no place for credentials here: they come from the SDK's
 * default chain alone (environment, profile, container or instance role).
 *
 * @param endpoint of an S3 server other than AWS, like {@code http://minio:9000}
 * @param region empty: us-east-1 with an endpoint, else the SDK's default chain
 * @param pathStyle bucket names in the path rather than in the host name
 * @param checksumsWhenRequired no checksums beyond what S3 demands, for servers that do not know
 *     them
 * @param cache directory for fetched objects; a local store does not use it
 * @param cacheBytes what all of them may have, the last one aside
 */
public record StoreSettings(
    Optional<String> endpoint,
    Optional<String> region,
    boolean pathStyle,
    boolean checksumsWhenRequired,
    Path cache,
    long cacheBytes) {

  private static final Set<String> SCHEMES = Set.of("http", "https");

  /** With room for all that is fetched. */
  public StoreSettings(
      Optional<String> endpoint,
      Optional<String> region,
      boolean pathStyle,
      boolean checksumsWhenRequired,
      Path cache) {
    this(endpoint, region, pathStyle, checksumsWhenRequired, cache, Long.MAX_VALUE);
  }

  public StoreSettings {
    endpoint.ifPresent(StoreSettings::parse);
  }

  Optional<URI> endpointUri() {
    return endpoint.map(StoreSettings::parse);
  }

  private static URI parse(String endpoint) {
    URI uri = null;
    try {
      uri = URI.create(endpoint);
    } catch (IllegalArgumentException e) {
      // Said below together with the other faults.
    }
    if (uri == null
        || uri.getHost() == null
        || uri.getScheme() == null
        || !SCHEMES.contains(uri.getScheme())) {
      throw new BadInput(
          "S3 endpoint \"%s\" is no address: expected http://host:port or https://host"
              .formatted(endpoint));
    }
    if (uri.getUserInfo() != null) {
      throw new BadInput(
          "the S3 endpoint at %s contains credentials: expected them in the environment or a profile"
              .formatted(uri.getHost()));
    }
    return uri;
  }
}
