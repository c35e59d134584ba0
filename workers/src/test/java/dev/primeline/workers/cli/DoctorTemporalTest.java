package dev.primeline.workers.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.primeline.workers.cli.Finding.Verdict;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the doctor says of Temporal servers that are well, locked, elsewhere, or not there. */
final class DoctorTemporalTest {

  private static final String KEY = "open-sesame-8c1f";

  @TempDir static Path folder;
  private static TestCertificates server;
  private static TestCertificates client;
  private static TestCertificates stranger;

  @BeforeAll
  static void makeCertificates() throws Exception {
    server = TestCertificates.create(folder, "temporal.test");
    client = TestCertificates.create(folder, "client");
    stranger = TestCertificates.create(folder, "stranger");
  }

  @Test
  void anOpenServerIsNamedWithItsNamespace() throws Exception {
    try (LoopbackTemporal temporal = new LoopbackTemporal()) {
      Finding finding = temporal(temporal, Map.of());
      assertThat(finding.verdict()).as(finding.toString()).isEqualTo(Verdict.OK);
      assertThat(finding.found()).contains(temporal.address() + " answers", "namespace default");

      Finding elsewhere = temporal(temporal, Map.of("TEMPORAL_NAMESPACE", "nowhere"));
      expectProblem(elsewhere, "TEMPORAL_NAMESPACE: nowhere, expected a namespace of the server");
      Finding encrypted = temporal(temporal, Map.of("TEMPORAL_TLS", "true"));
      expectProblem(encrypted, "speaks no TLS, expected TEMPORAL_TLS=false");
    }
  }

  @Test
  void aServerThatIsNotThereOrSaysNothingIsNamed() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + silent.getLocalPort();
      String expected =
          "TEMPORAL_ADDRESS: no Temporal server answers at " + address + " within 2 s";
      expectProblem(temporal(Map.of("TEMPORAL_ADDRESS", address)), expected);
      silent.close();
      expectProblem(temporal(Map.of("TEMPORAL_ADDRESS", address)), expected);
    }
    assertThat(temporal(Map.of()).found()).contains("embedded");
  }

  @Test
  void clientCertificatesAndTheServersAuthorityAndNameAreUsed() throws Exception {
    try (LoopbackTemporal temporal =
        new LoopbackTemporal(LockedTemporal.byCertificates(server, client))) {
      Map<String, String> mine = pair(client);
      assertThat(temporal(temporal, mine).verdict())
          .as(temporal(temporal, mine).toString())
          .isEqualTo(Verdict.OK);
      Map<String, String> named = new HashMap<>(mine);
      named.put("TEMPORAL_TLS_SERVER_NAME", "temporal.test");
      assertThat(temporal(temporal, named).verdict()).isEqualTo(Verdict.OK);
      named.put("TEMPORAL_TLS_SERVER_NAME", "another.test");
      expectProblem(temporal(temporal, named), "TEMPORAL_TLS_SERVER_NAME", "another.test");

      expectProblem(temporal(temporal, Map.of()), "TEMPORAL_TLS: not set", "expected true");
      expectProblem(temporal(temporal, pair(stranger)), "do not accept each other");
      expectProblem(
          temporal(
              temporal,
              Map.of("TEMPORAL_TLS_SERVER_CA_CERT_PATH", server.certificate().toString())),
          "do not accept each other");
      Map<String, String> wrongAuthority = new HashMap<>(mine);
      wrongAuthority.put("TEMPORAL_TLS_SERVER_CA_CERT_PATH", stranger.certificate().toString());
      expectProblem(temporal(temporal, wrongAuthority), "TEMPORAL_TLS_SERVER_CA_CERT_PATH");
      Map<String, String> mixed = new HashMap<>(mine);
      mixed.put("TEMPORAL_TLS_CLIENT_KEY_PATH", stranger.key().toString());
      expectProblem(
          temporal(temporal, mixed),
          "TEMPORAL_TLS_CLIENT_KEY_PATH: not the key of TEMPORAL_TLS_CLIENT_CERT_PATH");
    }
  }

  @Test
  void anApiKeyIsSentEncryptedAndNeverShown() throws Exception {
    try (LoopbackTemporal temporal = new LoopbackTemporal(LockedTemporal.byKey(server, KEY))) {
      Map<String, String> settings = new HashMap<>();
      settings.put("TEMPORAL_TLS_SERVER_CA_CERT_PATH", server.certificate().toString());
      expectProblem(temporal(temporal, settings), "not authorised for namespace default");
      settings.put("TEMPORAL_API_KEY", "wrong-" + KEY);
      Finding wrong = temporal(temporal, settings);
      expectProblem(wrong, "TEMPORAL_API_KEY: not authorised", "that the server accepts");
      assertThat(wrong.toString()).doesNotContain(KEY);
      settings.put("TEMPORAL_API_KEY", KEY);
      Finding right = temporal(temporal, settings);
      assertThat(right.verdict()).as(right.toString()).isEqualTo(Verdict.OK);
      assertThat(right.toString()).doesNotContain(KEY);
      assertThat(new Checkup(settings).settings().toString()).doesNotContain(KEY);
    }
  }

  @Test
  void aProfileOfAFileIsUsed() throws Exception {
    try (LoopbackTemporal temporal = new LoopbackTemporal(LockedTemporal.byKey(server, KEY))) {
      Path file =
          Files.writeString(
              folder.resolve("temporal.toml"),
              """
              [profile.lab]
              address = "%s"
              api_key = "%s"
              [profile.lab.tls]
              server_ca_cert_path = "%s"
              """
                  .formatted(temporal.address(), KEY, server.certificate()));
      Finding finding =
          temporal(Map.of("TEMPORAL_CONFIG_FILE", file.toString(), "TEMPORAL_PROFILE", "lab"));
      assertThat(finding.verdict()).as(finding.toString()).isEqualTo(Verdict.OK);
      assertThat(finding.toString()).contains(temporal.address()).doesNotContain(KEY);
    }
  }

  private static void expectProblem(Finding finding, String... words) {
    assertThat(finding.verdict()).as(finding.toString()).isEqualTo(Verdict.PROBLEM);
    assertThat(finding.found()).contains(words);
    assertThat(finding.found()).doesNotContain("Exception", "\n");
  }

  private static Map<String, String> pair(TestCertificates certificates) {
    return Map.of(
        "TEMPORAL_TLS_SERVER_CA_CERT_PATH", server.certificate().toString(),
        "TEMPORAL_TLS_CLIENT_CERT_PATH", certificates.certificate().toString(),
        "TEMPORAL_TLS_CLIENT_KEY_PATH", certificates.key().toString());
  }

  private static Finding temporal(LoopbackTemporal temporal, Map<String, String> settings) {
    Map<String, String> environment = new HashMap<>(settings);
    environment.put("TEMPORAL_ADDRESS", temporal.address());
    return temporal(environment);
  }

  private static Finding temporal(Map<String, String> environment) {
    return new Checkup(environment).temporal();
  }
}
