package dev.primeline.workers.worker;

import dev.primeline.activities.artifacts.ArtifactStores;
import dev.primeline.workflows.experiment.BadInput;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Where work runs: environment variables, never part of a history.
 *
 * @param temporalAddress host:port, see {@link TemporalProfile}; empty: the embedded server
 * @param store PRIMELINE_STORE, a directory or s3://bucket/prefix; empty: the output folder
 * @param s3Endpoint PRIMELINE_S3_ENDPOINT, for servers other than AWS
 * @param s3Region AWS_REGION
 * @param s3PathStyle PRIMELINE_S3_PATH_STYLE, {@code true} for most servers other than AWS
 * @param s3ChecksumsWhenRequired PRIMELINE_S3_CHECKSUMS, {@code when-required} for servers that
 *     refuse the SDK's checksums
 * @param cache PRIMELINE_CACHE, where a remote store's objects are kept locally
 * @param segment PRIMELINE_SEGMENT, the longest stretch of training in one activity
 * @param grace PRIMELINE_GRACE, how long a leaving worker may take to checkpoint
 * @param patience PRIMELINE_PATIENCE, how long a step may take, however fast the others were,
 *     before it is said to hang
 */
public record WorkerSettings(
    Optional<String> temporalAddress,
    Optional<String> store,
    Optional<String> s3Endpoint,
    Optional<String> s3Region,
    boolean s3PathStyle,
    boolean s3ChecksumsWhenRequired,
    Path cache,
    Duration segment,
    Duration grace,
    Duration patience) {

  public WorkerSettings {
    store.ifPresent(ArtifactStores::require);
  }

  /**
   * Reads the environment; every variable is optional.
   *
   * @throws BadInput when one of them cannot be meant
   */
  public static WorkerSettings from(Map<String, String> environment) {
    return new WorkerSettings(
        TemporalProfile.from(environment).map(TemporalProfile::address),
        text(environment, "PRIMELINE_STORE"),
        text(environment, "PRIMELINE_S3_ENDPOINT"),
        text(environment, "AWS_REGION"),
        choice(environment, "PRIMELINE_S3_PATH_STYLE", "true", "false"),
        choice(environment, "PRIMELINE_S3_CHECKSUMS", "when-required", "when-supported"),
        Path.of(
            text(environment, "PRIMELINE_CACHE")
                .orElse(System.getProperty("user.home") + "/.cache/primeline")),
        duration(environment, "PRIMELINE_SEGMENT", Duration.ofHours(6)),
        duration(environment, "PRIMELINE_GRACE", Duration.ofMinutes(2)),
        duration(environment, "PRIMELINE_PATIENCE", Duration.ofMinutes(5)));
  }

  private static Optional<String> text(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }

  private static boolean choice(
      Map<String, String> environment, String name, String yes, String no) {
    String value = text(environment, name).orElse(no);
    if (!value.equals(yes) && !value.equals(no)) {
      throw new BadInput("%s: %s, expected %s or %s".formatted(name, value, yes, no));
    }
    return value.equals(yes);
  }

  private static Duration duration(
      Map<String, String> environment, String name, Duration otherwise) {
    Optional<String> value = text(environment, name);
    Duration duration;
    try {
      duration =
          value
              .map(v -> Duration.parse("PT" + v.strip().toUpperCase(Locale.ROOT)))
              .orElse(otherwise);
    } catch (DateTimeParseException e) {
      duration = Duration.ZERO;
    }
    if (duration.compareTo(Duration.ZERO) <= 0) {
      throw new BadInput(
          "%s: %s, expected a duration such as 90s, 10m or 6h".formatted(name, value.orElse("")));
    }
    return duration;
  }
}
