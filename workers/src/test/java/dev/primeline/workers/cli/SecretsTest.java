package dev.primeline.workers.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.primeline.workers.cli.ChildProcesses.Child;
import dev.primeline.workers.worker.TemporalConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole run on a server that wants TLS and a key: neither stands anywhere afterwards. */
@Tag("slow")
final class SecretsTest {

  private static final String KEY = "temporal-secret-5d70";
  private static final String S3_KEY = "storage-secret-91ae";

  @TempDir Path folder;

  @Test
  void noSecretStandsInLogsHistoriesOrTheStore() throws Exception {
    Path elsewhere = Files.createDirectory(folder.resolve("certificates"));
    Path world = Files.createDirectory(folder.resolve("world"));
    TestCertificates server = TestCertificates.create(elsewhere, "temporal.test");
    try (LoopbackTemporal temporal = new LoopbackTemporal(LockedTemporal.byKey(server, KEY));
        ChildProcesses processes = new ChildProcesses(world)) {
      Map<String, String> settings = new HashMap<>();
      settings.put("TEMPORAL_ADDRESS", temporal.address());
      settings.put("TEMPORAL_API_KEY", KEY);
      settings.put("TEMPORAL_TLS_SERVER_CA_CERT_PATH", server.certificate().toString());
      settings.put("AWS_SECRET_ACCESS_KEY", S3_KEY);
      settings.put("PRIMELINE_STORE", world.resolve("store").toString());
      processes.start(settings, List.of("worker", "--debug"));
      Child client =
          processes.start(
              settings,
              List.of(
                  "run", "--preset=smoke", "--families=mdm", "--run-id=locked", "--output=out"));
      assertThat(client.exit()).as(client.words()).isZero();
      Child doctor = processes.start(settings, List.of("doctor"));
      doctor.exit();
      assertThat(doctor.words()).contains("namespace default");

      String history;
      try (TemporalConnection connection = new TemporalConnection(settings)) {
        // Not its JSON, which holds payloads in base 64.
        byte[] bytes = connection.client().fetchHistory("locked").getHistory().toByteArray();
        history = new String(bytes, StandardCharsets.ISO_8859_1);
      }
      assertThat(history).contains("ResolveSpec", "nelboNatsPerToken").doesNotContain(KEY, S3_KEY);
    }
    try (Stream<Path> files = Files.walk(world)) {
      List<Path> all = files.filter(Files::isRegularFile).toList();
      assertThat(all).hasSizeGreaterThan(10);
      for (Path file : all) {
        String content = Files.readString(file, StandardCharsets.ISO_8859_1);
        assertThat(content.contains(KEY) || content.contains(S3_KEY)).as(file.toString()).isFalse();
      }
    }
  }
}
