package dev.primeline.workers.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.primeline.workers.cli.ChildProcesses.Child;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Prometheus finds at a worker, and whether dashboard and alerts ask for nothing else. */
@Tag("slow")
final class MetricsTest {

  /** Of a Temporal server, not of a worker. */
  private static final Set<String> OF_THE_SERVER = Set.of("approximate_backlog_count");

  private static final Path GRAFANA =
      Path.of(System.getProperty("primeline.root"), "infra/grafana");

  @TempDir Path folder;
  private int port;

  @BeforeEach
  void findAPort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
  }

  @Test
  void aWorkerTellsPrometheusOfItsTrainingAndOfTemporal() throws Exception {
    try (LoopbackTemporal temporal = new LoopbackTemporal();
        ChildProcesses processes = new ChildProcesses(folder)) {
      Map<String, String> settings = new HashMap<>();
      settings.put("TEMPORAL_ADDRESS", temporal.address());
      settings.put("PRIMELINE_STORE", folder.resolve("store").toString());
      Map<String, String> counting = new HashMap<>(settings);
      counting.put("PRIMELINE_METRICS", String.valueOf(port));
      Child worker = processes.start(counting, List.of("worker"));
      Child client =
          processes.start(
              settings,
              List.of(
                  "run",
                  "--preset=smoke",
                  "--families=mdm",
                  "--steps=300000",
                  "--set=training.checkpointEvery=100",
                  "--output=out"));
      client.until(() -> number("primeline_training_checkpoint_commits_total").orElse(0.0) >= 2);
      client.until(() -> scrape().contains("temporal_activity_execution_latency_seconds_bucket"));

      String label = "\\{family=\"mdm\",training=\"[0-9a-f]+/main\"} ";
      assertThat(scrape()).containsPattern("primeline_training_step" + label);
      assertThat(number("primeline_training_steps")).hasValue(300_000.0);
      assertThat(number("primeline_training_step").orElseThrow()).isGreaterThan(100);
      assertThat(number("primeline_training_loss_nats").orElseThrow()).isBetween(1.0, 10.0);
      assertThat(number("primeline_training_heldout_nelbo_nats").orElseThrow())
          .isBetween(1.0, 10.0);
      assertThat(number("primeline_training_tokens_per_second").orElseThrow()).isPositive();
      assertThat(number("primeline_training_seconds_since_step").orElseThrow()).isLessThan(60);
      assertThat(number("primeline_training_skipped_batches")).hasValue(0.0);
      assertThat(number("primeline_training_stall_seconds_total").orElseThrow()).isPositive();
      assertThat(number("primeline_training_peak_memory_bytes").orElseThrow()).isGreaterThan(1e7);
      assertThat(asked("dashboard.json")).hasSizeGreaterThan(8).isSubsetOf(answered());
      assertThat(asked("alerts.yaml")).isNotEmpty().isSubsetOf(answered());

      assertThat(temporal.pollers())
          .as("who polls, and with which build")
          .anyMatch(
              poller ->
                  poller.matches(
                      "orchestrator\\+cpu\\+gpu@.+:cpu/%d development"
                          .formatted(worker.process().pid())));
      worker.terminate();
      assertThat(worker.exit(Duration.ofSeconds(30))).isEqualTo(128 + 15);
    }
  }

  /** The sample of a name without the last of its labels' braces; empty while there is none. */
  private java.util.Optional<Double> number(String name) {
    return scrape()
        .lines()
        .filter(line -> line.startsWith(name + "{"))
        .map(line -> Double.valueOf(line.substring(line.lastIndexOf(' '))))
        .findFirst();
  }

  private String scrape() {
    try {
      HttpResponse<String> answer =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/metrics".formatted(port)))
                      .build(),
                  HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
      return answer.body();
    } catch (IOException notYet) {
      return "";
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Set<String> answered() {
    Set<String> names =
        scrape()
            .lines()
            .filter(line -> !line.startsWith("#"))
            .map(line -> line.replaceFirst("[{ ].*", ""))
            .collect(Collectors.toCollection(TreeSet::new));
    names.addAll(OF_THE_SERVER);
    return names;
  }

  /** The metrics that a file's expressions name. */
  private static Set<String> asked(String file) throws IOException {
    Matcher name =
        Pattern.compile("\\b(?:primeline|temporal|jvm|process|system|approximate)_[a-z_]+")
            .matcher(
                Files.readAllLines(GRAFANA.resolve(file)).stream()
                    .filter(line -> line.strip().matches("\"?expr\"?:.*"))
                    .collect(Collectors.joining("\n")));
    return name.results()
        .map(found -> found.group())
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
