package dev.primeline.workers.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.primeline.workflows.experiment.BadInput;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WorkerSettingsTest {

  @TempDir Path folder;

  @Test
  void nothingNeedsToBeSet() {
    WorkerSettings settings = WorkerSettings.from(Map.of());
    assertThat(settings.temporalAddress()).isEmpty();
    assertThat(settings.store()).isEmpty();
    assertThat(settings.segment()).isEqualTo(Duration.ofHours(6));
    assertThat(settings.grace()).isEqualTo(Duration.ofMinutes(2));
    assertThat(settings.patience()).isEqualTo(Duration.ofMinutes(5));
    assertThat(settings.cpuActivities()).isPositive();
    assertThat(settings.dataRoots()).hasToString("[]");
    assertThat(settings.withOwnFiles().dataRoots()).hasToString("everywhere");
    assertThat(settings.version().deployment()).isEmpty();
    assertThat(settings.version().options().isUsingVersioning()).isFalse();
    assertThat(settings.metrics()).isEmpty();
    assertThat(settings.airflow()).isEmpty();
  }

  @Test
  void everyVariableIsRead() {
    Map<String, String> environment = new HashMap<>();
    environment.put("TEMPORAL_ADDRESS", "there:7233");
    environment.put("PRIMELINE_STORE", "s3://bucket/prefix");
    environment.put("PRIMELINE_S3_ENDPOINT", "http://127.0.0.1:7070");
    environment.put("AWS_REGION", "eu-central-1");
    environment.put("PRIMELINE_S3_PATH_STYLE", "true");
    environment.put("PRIMELINE_S3_CHECKSUMS", "when-required");
    environment.put("PRIMELINE_CACHE", "/cache");
    environment.put("PRIMELINE_CACHE_BYTES", "200G");
    environment.put("PRIMELINE_SEGMENT", "10m");
    environment.put("PRIMELINE_GRACE", "90s");
    environment.put("PRIMELINE_PATIENCE", "1h");
    environment.put("PRIMELINE_CPU_ACTIVITIES", "7");
    environment.put(
        "PRIMELINE_DATA_ROOTS",
        folder + ":s3://data/web/:" + folder + ":https://a.org:8443:https://b.org/x:");
    environment.put("TEMPORAL_DEPLOYMENT_NAME", "lab");
    environment.put("TEMPORAL_WORKER_BUILD_ID", "42");
    environment.put("PRIMELINE_METRICS", "0.0.0.0:9464");
    environment.put("PRIMELINE_AIRFLOW_URL", "https://airflow.example.org");
    environment.put("PRIMELINE_AIRFLOW_TOKEN", "airflow-secret");
    WorkerSettings settings = WorkerSettings.from(environment);
    assertThat(settings.toString()).contains("airflow.example.org").doesNotContain("secret");
    assertThat(settings.temporalAddress()).contains("there:7233");
    assertThat(settings.store()).contains("s3://bucket/prefix");
    assertThat(settings.s3Endpoint()).contains("http://127.0.0.1:7070");
    assertThat(settings.s3Region()).contains("eu-central-1");
    assertThat(settings.s3PathStyle()).isTrue();
    assertThat(settings.s3ChecksumsWhenRequired()).isTrue();
    assertThat(settings.cache()).isEqualTo(Path.of("/cache"));
    assertThat(settings.cacheBytes()).isEqualTo(200L << 30);
    assertThat(settings.segment()).isEqualTo(Duration.ofMinutes(10));
    assertThat(settings.grace()).isEqualTo(Duration.ofSeconds(90));
    assertThat(settings.patience()).isEqualTo(Duration.ofHours(1));
    assertThat(settings.cpuActivities()).isEqualTo(7);
    assertThat(settings.dataRoots())
        .hasToString(
            "[%s, %s, s3://data/web, https://a.org:8443, https://b.org/x]"
                .formatted(folder, folder));
    assertThat(settings.version()).isEqualTo(new WorkerVersion(Optional.of("lab"), "42"));
    assertThat(settings.version().options().isUsingVersioning()).isTrue();
    assertThat(settings.version().options().getVersion().toCanonicalString()).isEqualTo("lab.42");
    assertThat(settings.metrics()).contains(new HostAndPort("0.0.0.0", 9464));
  }

  @Test
  void metricsStayOnThisMachineUnlessAHostIsNamed() {
    assertThat(WorkerSettings.from(Map.of("PRIMELINE_METRICS", "9464")).metrics())
        .contains(new HostAndPort("127.0.0.1", 9464));
  }

  @Test
  void whatCannotBeMeantIsNamed() {
    refuses("PRIMELINE_CPU_ACTIVITIES", "0", "PRIMELINE_CPU_ACTIVITIES: 0, expected a number");
    refuses("PRIMELINE_CACHE_BYTES", "200 GB", "PRIMELINE_CACHE_BYTES: 200 GB, expected a number");
    refuses("PRIMELINE_DATA_ROOTS", "/none", "PRIMELINE_DATA_ROOTS: /none is no folder, expected");
    refuses("PRIMELINE_DATA_ROOTS", "s3://data/*", "PRIMELINE_DATA_ROOTS: s3://data/* is no add");
    refuses("PRIMELINE_DATA_ROOTS", "gs://data", "PRIMELINE_DATA_ROOTS: gs://data is no address,");
    refuses("TEMPORAL_DEPLOYMENT_NAME", "a.b", "TEMPORAL_DEPLOYMENT_NAME: a.b, expected a name");
    refuses("PRIMELINE_METRICS", "on", "PRIMELINE_METRICS: on, expected host:port");
    refuses("PRIMELINE_GRACE", "soon", "PRIMELINE_GRACE: soon, expected a duration");
  }

  @Test
  void smallMachinesDoLessAtOnce() {
    long gigabyte = 1L << 30;
    assertThat(WorkerSettings.atOnce(8, 2 * gigabyte)).isEqualTo(4);
    assertThat(WorkerSettings.atOnce(2, 64 * gigabyte)).isEqualTo(2);
    assertThat(WorkerSettings.atOnce(4, gigabyte / 8)).isEqualTo(1);
  }

  @Test
  void aWorkersNameSaysWhatItDoesWhere() {
    assertThat(new WorkerIdentity(EnumSet.of(Role.GPU), "node-7", Optional.of("cuda:0"), 4711))
        .hasToString("gpu@node-7:cuda:0/4711");
    assertThat(
            new WorkerIdentity(
                EnumSet.of(Role.CPU, Role.ORCHESTRATOR), "node-7", Optional.empty(), 1))
        .hasToString("orchestrator+cpu@node-7/1");
  }

  private static void refuses(String variable, String value, String sentence) {
    assertThatThrownBy(() -> WorkerSettings.from(Map.of(variable, value)))
        .isInstanceOf(BadInput.class)
        .hasMessageStartingWith(sentence);
  }
}
