package dev.primeline.workers.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TemporalProfileTest {

  private static final String SECRET = "open-sesame-8c1f";

  @TempDir Path folder;

  @Test
  void anEnvironmentThatNamesNoServerAsksForNone() {
    assertThat(TemporalProfile.from(Map.of())).isEmpty();
    assertThat(TemporalProfile.from(Map.of("TEMPORAL_NAMESPACE", "lab"))).isEmpty();
    assertThat(TemporalProfile.from(Map.of("TEMPORAL_ADDRESS", " "))).isEmpty();
  }

  @Test
  void variablesComeBeforeTheFile() throws IOException {
    Path file =
        file("[profile.lab]\naddress = \"there:7233\"\nnamespace = \"ours\"\napi_key = \"x\"\n");
    Map<String, String> environment = new HashMap<>();
    environment.put("TEMPORAL_CONFIG_FILE", file.toString());
    environment.put("TEMPORAL_PROFILE", "lab");
    TemporalProfile read = TemporalProfile.from(environment).orElseThrow();
    assertThat(read.address()).isEqualTo("there:7233");
    assertThat(read.namespace()).isEqualTo("ours");
    assertThat(read.encrypts()).as("because of its key").isTrue();
    assertThat(WorkerSettings.from(environment).temporalAddress()).contains("there:7233");
    environment.put("TEMPORAL_ADDRESS", "here:1");
    environment.put("TEMPORAL_TLS", "false");
    TemporalProfile overridden = TemporalProfile.from(environment).orElseThrow();
    assertThat(overridden.address()).isEqualTo("here:1");
    assertThat(overridden.encrypts()).isFalse();
  }

  @Test
  void aVariableSetToNothingIsNotSet() {
    Map<String, String> environment =
        Map.of(
            "TEMPORAL_ADDRESS", "here:1",
            "TEMPORAL_NAMESPACE", "",
            "TEMPORAL_API_KEY", "",
            "TEMPORAL_TLS", "",
            "TEMPORAL_TLS_SERVER_NAME", "");
    TemporalProfile read = TemporalProfile.from(environment).orElseThrow();
    assertThat(read.encrypts()).isFalse();
    assertThat(read.namespace()).isEqualTo("default");
  }

  @Test
  void aKeyGoesUnencryptedWhereTlsIsSwitchedOff() {
    Map<String, String> environment = new HashMap<>();
    environment.put("TEMPORAL_ADDRESS", "127.0.0.1:7233");
    environment.put("TEMPORAL_API_KEY", "secret");
    assertThat(encrypted(environment)).isTrue();
    environment.put("TEMPORAL_TLS", "false");
    assertThat(encrypted(environment)).isFalse();
  }

  private static boolean encrypted(Map<String, String> environment) {
    TemporalProfile profile = TemporalProfile.from(environment).orElseThrow();
    assertThat(profile.encrypts())
        .isEqualTo(profile.stubs().validateAndBuildWithDefaults().getEnableHttps());
    return profile.encrypts();
  }

  @Test
  void aSwitchIsTrueOrFalse() {
    refuses("TEMPORAL_TLS", "yes", "TEMPORAL_TLS: yes, expected true or false");
    refuses("TEMPORAL_TLS_DISABLE_HOST_VERIFICATION", "1", "expected true or false");
  }

  @Test
  void filesThatAreMissingOrHoldSomethingElseAreNamed() throws IOException {
    Path other = file(SECRET);
    for (String what : new String[] {"CLIENT_CERT", "CLIENT_KEY", "SERVER_CA_CERT"}) {
      String variable = "TEMPORAL_TLS_" + what + "_PATH";
      refuses(variable, "/none.pem", variable + ": /none.pem: expected a readable file of PEM");
    }
    refuses(
        "TEMPORAL_TLS_SERVER_CA_CERT_PATH", other.toString(), other + ": no certificate, expected");
    refuses(
        "TEMPORAL_TLS_SERVER_CA_CERT_DATA",
        SECRET,
        "TEMPORAL_TLS_SERVER_CA_CERT_DATA: no certificate");
    refuses(
        "TEMPORAL_TLS_CLIENT_KEY_PATH",
        other.toString(),
        "TEMPORAL_TLS_CLIENT_CERT_PATH: not set, expected it because the other of the pair is");
  }

  @Test
  void aConfigurationFileThatIsMissingBrokenOrWithoutTheProfileIsNamed() throws IOException {
    refuses("TEMPORAL_CONFIG_FILE", "/none.toml", "TEMPORAL_CONFIG_FILE: /none.toml, expected");
    Path broken = file("[profile.default]\napi_key = \"" + SECRET + "\nnamespace = 1\n");
    refuses("TEMPORAL_CONFIG_FILE", broken.toString(), broken + ":2 is not as expected: TOML");
    Path file = file("[profile.lab]\naddress = \"here:1\"\n");
    Map<String, String> environment =
        Map.of("TEMPORAL_CONFIG_FILE", file.toString(), "TEMPORAL_PROFILE", "lap");
    assertThatThrownBy(() -> TemporalProfile.from(environment))
        .isInstanceOf(BadInput.class)
        .hasMessage("TEMPORAL_PROFILE: lap, expected a profile of " + file);
  }

  @Test
  void aKeyWithALineBreakIsRefusedUnseen() {
    refuses("TEMPORAL_API_KEY", SECRET + "\n", "TEMPORAL_API_KEY: holds a space, a line break");
  }

  @Test
  void itsWordsHoldNoSecret() {
    Map<String, String> environment =
        Map.of("TEMPORAL_ADDRESS", "here:1", "TEMPORAL_API_KEY", SECRET);
    assertThat(TemporalProfile.from(environment).toString()).doesNotContain(SECRET);
    assertThat(WorkerSettings.from(environment).toString()).doesNotContain(SECRET);
  }

  private Path file(String content) throws IOException {
    return Files.writeString(folder.resolve("file-" + content.hashCode()), content);
  }

  private static void refuses(String variable, String value, String sentence) {
    Map<String, String> environment = new HashMap<>();
    environment.put("TEMPORAL_ADDRESS", "here:1");
    environment.put(variable, value);
    assertThatThrownBy(() -> TemporalProfile.from(environment))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining(sentence)
        .hasMessageNotContaining(SECRET)
        .hasNoCause();
  }
}
