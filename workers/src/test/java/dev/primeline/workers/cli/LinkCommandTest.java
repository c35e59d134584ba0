package dev.primeline.workers.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LinkCommandTest {

  private static final Map<String, String> HERE = Map.of("TEMPORAL_ADDRESS", "127.0.0.1:7233");
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int link(Map<String, String> environment, String... arguments) {
    List<String> all = new ArrayList<>(List.of("link"));
    all.addAll(List.of(arguments));
    return Primeline.commandLine(environment)
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(all.toArray(String[]::new));
  }

  @Test
  void theFormOfANewRunIsFilledInAndTheJsonIsReadyToPaste() {
    assertThat(link(HERE, "--preset=smoke", "--families=arm", "--run-id=mine")).isZero();
    assertThat(out.toString().lines().findFirst())
        .hasValue(
            "http://127.0.0.1:8233/namespaces/default/workflows/start-workflow?workflowId=mine&taskQueue=primeline&workflowType=Pretraining");
    assertThat(out.toString().replaceAll("\\s", ""))
        .endsWith("{\"preset\":\"smoke\",\"families\":[\"arm\"]}");
  }

  @Test
  void aRunIsWatchedInItsNamespaceInWhicheverUi() {
    Map<String, String> elsewhere =
        Map.of("PRIMELINE_UI", "https://temporal.example.org/", "TEMPORAL_NAMESPACE", "a team");
    assertThat(link(elsewhere, "mine")).isZero();
    assertThat(out.toString().strip())
        .isEqualTo("https://temporal.example.org/namespaces/a%20team/workflows/mine");
  }

  @Test
  void whatCannotBeLinkedIsOneSentence() {
    assertThat(link(Map.of("TEMPORAL_ADDRESS", "temporal.example.org:7233"))).isEqualTo(2);
    assertThat(link(Map.of())).isEqualTo(2);
    assertThat(link(HERE, "mine", "--seed=2")).isEqualTo(2);
    assertThat(link(HERE, "--preset=smok")).isEqualTo(2);
    assertThat(err.toString().lines())
        .containsExactly(
            "primeline: PRIMELINE_UI: not set, expected the address of the Temporal UI of temporal.example.org",
            "primeline: TEMPORAL_ADDRESS: not set, expected host:port of a Temporal server",
            "primeline: mine: given beside options of a new run, expected one of both",
            "primeline: preset: \"smok\" is unknown; did you mean \"smoke\"?");
  }
}
