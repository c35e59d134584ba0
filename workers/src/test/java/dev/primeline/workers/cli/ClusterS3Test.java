package dev.primeline.workers.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.primeline.workers.cli.ChildProcesses.Child;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run whose workers share a real S3 server: {@code -Dprimeline.it.s3=s3://bucket/prefix}, with
 * {@code -Dprimeline.it.s3.endpoint=http://host:port} for one other than AWS; credentials come from
 * the environment. It leaves its objects under a prefix of its own.
 */
@Tag("s3")
class ClusterS3Test {

  private static final Optional<String> PLACE = property("primeline.it.s3");

  @TempDir Path folder;

  private final String location =
      PLACE.orElse("s3://unset").replaceAll("/+$", "") + "/" + UUID.randomUUID();

  @BeforeAll
  static void requireServer() {
    assumeThat(PLACE).as("system property primeline.it.s3 = s3://bucket/prefix").isPresent();
  }

  @Test
  void whatOneWorkerStoredAnotherFinds() throws Exception {
    try (LoopbackTemporal temporal = new LoopbackTemporal();
        ChildProcesses processes = new ChildProcesses(folder)) {
      Child worker = processes.start(cluster(temporal, "one"), List.of("worker"));
      Child client = processes.start(cluster(temporal, "client"), run("first"));
      assertThat(client.exit()).as(client.words() + worker.words()).isZero();
      assertThat(client.words()).contains("NELBO", "prepared", "report  " + location);
      assertThat(folder.resolve("first/result.json")).isNotEmptyFile();

      // The in-memory server does not survive a killed workflow worker, but one that leaves.
      worker.interrupt();
      assertThat(worker.exit()).as(worker.words()).isEqualTo(128 + 2);
      Child other = processes.start(cluster(temporal, "other"), List.of("worker"));
      Child scorer =
          processes.start(cluster(temporal, "client"), run("second", "--set=evaluation.draws=2"));
      assertThat(scorer.exit()).as(scorer.words() + other.words()).isZero();
      assertThat(scorer.words()).contains("NELBO", "found").doesNotContain(" step ");
      assertThat(folder.resolve("second/result.json")).isNotEmptyFile();
    }
  }

  private List<String> run(String name, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "run",
                "--preset=smoke",
                "--families=mdm,prime-v2",
                "--run-id=" + name,
                "--output=" + folder.resolve(name)));
    arguments.addAll(List.of(more));
    return arguments;
  }

  /** Each process has a cache of its own, as each machine has. */
  private Map<String, String> cluster(LoopbackTemporal temporal, String cache) {
    Map<String, String> settings = new HashMap<>();
    settings.put("TEMPORAL_ADDRESS", temporal.address());
    settings.put("PRIMELINE_STORE", location);
    settings.put("PRIMELINE_CACHE", folder.resolve(cache).toString());
    property("primeline.it.s3.endpoint")
        .ifPresent(
            endpoint -> {
              settings.put("PRIMELINE_S3_ENDPOINT", endpoint);
              settings.put("PRIMELINE_S3_PATH_STYLE", "true");
            });
    return settings;
  }

  private static Optional<String> property(String name) {
    return Optional.ofNullable(System.getProperty(name)).filter(value -> !value.isBlank());
  }
}
