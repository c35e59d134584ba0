package dev.primeline.activities.airflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.primeline.activities.airflow.AirflowSettings.Login;
import dev.primeline.workflows.experiment.BadInput;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AirflowSettingsTest {

  private static final String URL = "PRIMELINE_AIRFLOW_URL";
  private static final String TOKEN = "PRIMELINE_AIRFLOW_TOKEN";
  private static final String USER = "PRIMELINE_AIRFLOW_USER";
  private static final String PASSWORD = "PRIMELINE_AIRFLOW_PASSWORD";

  @Test
  void nothingSetIsNoAirflow() {
    assertThat(AirflowSettings.from(Map.of())).isEmpty();
  }

  @Test
  void aUserOrATokenIsReadWithTheBasePath() {
    assertThat(
            AirflowSettings.from(
                Map.of(URL, "https://host:8443/air/", USER, "ann", PASSWORD, "hush")))
        .contains(
            new AirflowSettings(
                URI.create("https://host:8443/air"),
                Optional.empty(),
                Optional.of(new Login("ann", "hush")),
                Optional.empty()));
    assertThat(
            AirflowSettings.from(
                Map.of(URL, "http://host", TOKEN, "t0k", "PRIMELINE_AIRFLOW_CA", "pom.xml")))
        .contains(
            new AirflowSettings(
                URI.create("http://host"),
                Optional.of("t0k"),
                Optional.empty(),
                Optional.of(Path.of("pom.xml"))));
  }

  @Test
  void whoAsksIsSaidOnceAndWhole() {
    for (Map<String, String> one :
        java.util.List.of(
            Map.<String, String>of(),
            Map.of(USER, "ann"),
            Map.of(PASSWORD, "hush"),
            Map.of(TOKEN, "t0k", USER, "ann", PASSWORD, "hush"))) {
      Map<String, String> environment = new HashMap<>(one);
      environment.put(URL, "http://host");
      assertThatThrownBy(() -> AirflowSettings.from(environment))
          .isInstanceOf(BadInput.class)
          .hasMessageContaining("expected either PRIMELINE_AIRFLOW_TOKEN or both")
          .hasMessageNotContaining("hush")
          .hasMessageNotContaining("t0k");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"host:8080", "https://ann:hush@host", "http://host/?token=hush", "ftp://h"})
  void anAddressThatIsNoneOrLetsItsReaderInIsRefusedWithoutTheSecret(String url) {
    assertThatThrownBy(() -> AirflowSettings.from(Map.of(URL, url, TOKEN, "t0k")))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("PRIMELINE_AIRFLOW_URL: ")
        .hasMessageNotContaining("hush");
  }

  @Test
  void aTokenWithALineBreakAndCertificatesThatAreNoneAreRefused() {
    assertThatThrownBy(() -> AirflowSettings.from(Map.of(URL, "http://h", TOKEN, "t0k\n")))
        .isInstanceOf(BadInput.class)
        .hasMessageNotContaining("t0k");
    assertThatThrownBy(() -> Authorities.trusted(Path.of("pom.xml")))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("PRIMELINE_AIRFLOW_CA: pom.xml holds no certificates");
  }
}
