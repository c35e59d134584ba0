package dev.primeline.workers.worker;

import dev.primeline.activities.airflow.AirflowSettings;
import dev.primeline.activities.artifacts.ArtifactStores;
import dev.primeline.activities.corpus.DataRoots;
import dev.primeline.workflows.experiment.BadInput;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
 * @param cacheBytes PRIMELINE_CACHE_BYTES, what these copies may have; all the disk unless set
 * @param segment PRIMELINE_SEGMENT, the longest stretch of training in one activity
 * @param grace PRIMELINE_GRACE, how long a leaving worker may take to checkpoint
 * @param patience PRIMELINE_PATIENCE, how long a step may take, however fast the others were,
 *     before it is said to hang
 * @param cpuActivities PRIMELINE_CPU_ACTIVITIES, how many steps of the cpu role run at once: unless
 *     set one a processor, as far as the heap allows
 * @param dataRoots PRIMELINE_DATA_ROOTS, folders, {@code s3://bucket/prefix} and {@code
 *     https://host} with colons between them: the files that a run may name; none unless set
 * @param version which program this is
 * @param metrics PRIMELINE_METRICS, where Prometheus finds this worker's numbers, [host:]port on
 *     the loopback interface unless it names a host; empty: nowhere
 * @param artifactUrl PRIMELINE_ARTIFACT_URL, where a browser finds an artifact: an https address
 *     with {@code {key}} in it, which stands in histories; empty: artifacts are not linked
 * @param airflow PRIMELINE_AIRFLOW_URL and its relatives, see {@link AirflowSettings}; empty: runs
 *     that want Airflow are refused
 */
public record WorkerSettings(
    Optional<String> temporalAddress,
    Optional<String> store,
    Optional<String> s3Endpoint,
    Optional<String> s3Region,
    boolean s3PathStyle,
    boolean s3ChecksumsWhenRequired,
    Path cache,
    long cacheBytes,
    Duration segment,
    Duration grace,
    Duration patience,
    int cpuActivities,
    DataRoots dataRoots,
    WorkerVersion version,
    Optional<HostAndPort> metrics,
    Optional<String> artifactUrl,
    Optional<AirflowSettings> airflow) {

  /** What preparing a corpus holds in memory: two shards, a document, the tokenizer. */
  private static final long BYTES_PER_CPU_ACTIVITY = 512L << 20;

  private static final Pattern BYTES =
      Pattern.compile("([1-9][0-9]{0,5}(?=[KMGT])|[1-9][0-9]{0,17})([KMGT]?)");
  private static final Pattern COUNT = Pattern.compile("[1-9][0-9]{0,2}");

  public WorkerSettings {
    store.ifPresent(ArtifactStores::require);
    artifactUrl.ifPresent(WorkerSettings::requireTemplate);
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
        cacheBytes(environment),
        duration(environment, "PRIMELINE_SEGMENT", Duration.ofHours(6)),
        duration(environment, "PRIMELINE_GRACE", Duration.ofMinutes(2)),
        duration(environment, "PRIMELINE_PATIENCE", Duration.ofMinutes(5)),
        cpuActivities(environment),
        dataRoots(environment),
        WorkerVersion.from(environment),
        text(environment, "PRIMELINE_METRICS").map(WorkerSettings::endpoint),
        text(environment, "PRIMELINE_ARTIFACT_URL"),
        AirflowSettings.from(environment));
  }

  /** The same for a process that works for its own user alone: it reads what that user can read. */
  public WorkerSettings withOwnFiles() {
    return new WorkerSettings(
        temporalAddress,
        store,
        s3Endpoint,
        s3Region,
        s3PathStyle,
        s3ChecksumsWhenRequired,
        cache,
        cacheBytes,
        segment,
        grace,
        patience,
        cpuActivities,
        DataRoots.everywhere(),
        version,
        metrics,
        artifactUrl,
        airflow);
  }

  private static HostAndPort endpoint(String text) {
    boolean portAlone = text.strip().matches("[0-9]+");
    return HostAndPort.parse("PRIMELINE_METRICS", portAlone ? "127.0.0.1:" + text.strip() : text);
  }

  private static long cacheBytes(Map<String, String> environment) {
    Optional<String> value = text(environment, "PRIMELINE_CACHE_BYTES");
    if (value.isEmpty()) {
      return Long.MAX_VALUE;
    }
    Matcher form = BYTES.matcher(value.get().strip());
    if (!form.matches()) {
      throw new BadInput(
          "PRIMELINE_CACHE_BYTES: %s, expected a number of bytes such as 200G"
              .formatted(value.get()));
    }
    // None, K, M, G or T: each 1024 times the one before.
    int power = form.group(2).isEmpty() ? 0 : 1 + "KMGT".indexOf(form.group(2));
    return Math.multiplyExact(Long.parseLong(form.group(1)), 1L << (10 * power));
  }

  private static int cpuActivities(Map<String, String> environment) {
    Optional<String> value = text(environment, "PRIMELINE_CPU_ACTIVITIES");
    if (value.isEmpty()) {
      Runtime machine = Runtime.getRuntime();
      return atOnce(machine.availableProcessors(), machine.maxMemory());
    }
    if (!COUNT.matcher(value.get()).matches()) {
      throw new BadInput(
          "PRIMELINE_CPU_ACTIVITIES: %s, expected a number from 1 to 999".formatted(value.get()));
    }
    return Integer.parseInt(value.get());
  }

  static int atOnce(int processors, long heapBytes) {
    return (int) Math.max(1, Math.min(processors, heapBytes / BYTES_PER_CPU_ACTIVITY));
  }

  private static DataRoots dataRoots(Map<String, String> environment) {
    List<Path> folders = new ArrayList<>();
    List<String> addresses = new ArrayList<>();
    // A colon before two slashes or a port belongs to an address.
    String roots = text(environment, "PRIMELINE_DATA_ROOTS").orElse("");
    for (String folder : roots.split(":(?!//|[0-9]{1,5}(?:[/:]|$))", -1)) {
      if (folder.isBlank()) {
        continue;
      }
      if (folder.contains("://")) {
        addresses.add(address(folder));
        continue;
      }
      if (!Files.isDirectory(Path.of(folder))) {
        throw new BadInput(
            "PRIMELINE_DATA_ROOTS: %s is no folder, expected folders, s3:// and https:// addresses with colons between them"
                .formatted(folder));
      }
      folders.add(Path.of(folder));
    }
    return DataRoots.under(folders, addresses);
  }

  private static String address(String root) {
    if (!root.matches(
        "(s3://[A-Za-z0-9._-]{3,255}|https://[a-z0-9.-]+(:[0-9]{1,5})?)(/[^*?#@\\[{]*)?")) {
      throw new BadInput(
          "PRIMELINE_DATA_ROOTS: %s is no address, expected s3://bucket/prefix or https://host/path"
              .formatted(root));
    }
    return root;
  }

  /** Whatever lets its reader in would stay in histories for ever: it is refused. */
  private static void requireTemplate(String url) {
    boolean plain = url.matches("https?://[^/@?#\\s]+/[^?#\\s]*\\{key}[^?#\\s)]*");
    if (!plain) {
      throw new BadInput(
          "PRIMELINE_ARTIFACT_URL: \"%s\", expected an address such as https://files.example.org/{key}, without user, query or signature"
              .formatted(url.replaceAll("//[^/]*@", "//...@").replaceAll("\\?.*", "?...")));
    }
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
