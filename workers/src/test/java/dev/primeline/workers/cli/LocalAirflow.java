package dev.primeline.workers.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
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
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Apache Airflow as {@code infra/bin/airflow-dev} starts it, and what a person asks of it. */
final class LocalAirflow implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path ROOT = Path.of(System.getProperty("primeline.root", ".."));
  private static final Path SCRIPT = ROOT.resolve("infra/bin/airflow-dev").toAbsolutePath();
  private static final Duration LONGEST_INSTALLATION = Duration.ofMinutes(15);
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Pattern EXPORTED = Pattern.compile("(PRIMELINE_AIRFLOW_[A-Z]+)=(\\S+)");

  /** Airflow's server refuses a body that comes with the wish for HTTP/2. */
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final Path folder;
  private final Path dags;
  private final Map<String, String> environment;
  private final int port;
  private Process process;

  /**
   * @param dags DAGs beside those of {@code infra/airflow/dags}
   * @param environment Airflow's own settings
   */
  LocalAirflow(Path folder, Path dags, Map<String, String> environment) throws IOException {
    this.folder = folder;
    this.dags = dags;
    this.environment = environment;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    process = start();
  }

  /** Skips the tests, and says why, where Airflow is neither there nor can be installed. */
  static void require(Path folder) throws IOException, InterruptedException {
    Path said = folder.resolve("airflow-dev.build.log");
    Process build =
        new ProcessBuilder(SCRIPT.toString(), "--build")
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    boolean built = build.waitFor(LONGEST_INSTALLATION.toMinutes(), TimeUnit.MINUTES);
    assumeThat(built && build.exitValue() == 0).as(Files.readString(said)).isTrue();
  }

  private Path said() {
    return folder.resolve("airflow-dev.log");
  }

  private Process start() throws IOException {
    Files.deleteIfExists(said());
    ProcessBuilder builder =
        new ProcessBuilder(
            SCRIPT.toString(),
            folder.resolve("airflow").toString(),
            Integer.toString(port),
            dags.toString());
    builder.environment().putAll(environment);
    Process started = builder.redirectErrorStream(true).redirectOutput(said().toFile()).start();
    await()
        .atMost(PATIENCE)
        .failFast(() -> assertThat(started.isAlive()).as(Files.readString(said())).isTrue())
        .until(() -> Files.readString(said()).contains("the UI is at"));
    return started;
  }

  /** What the script says to export: address, user, password. */
  Map<String, String> settings() throws IOException {
    Map<String, String> settings = new HashMap<>();
    Matcher exported = EXPORTED.matcher(Files.readString(said()));
    while (exported.find()) {
      settings.put(exported.group(1), exported.group(2));
    }
    return settings;
  }

  /** Ends it and all of its programs, as a machine's restart does, and starts it as it was. */
  void restart() throws Exception {
    close();
    process = start();
  }

  String token() throws Exception {
    Map<String, String> settings = settings();
    JsonNode login =
        JSON.createObjectNode()
            .put("username", settings.get("PRIMELINE_AIRFLOW_USER"))
            .put("password", settings.get("PRIMELINE_AIRFLOW_PASSWORD"));
    HttpResponse<String> answer =
        http.send(
            request("/auth/token")
                .POST(HttpRequest.BodyPublishers.ofString(login.toString()))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    return JSON.readTree(answer.body()).get("access_token").asText();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(port, path)))
        .header("Content-Type", "application/json");
  }

  /** The status of an answer. */
  int send(String method, String path, String body) throws Exception {
    return http.send(
            request("/api/v2" + path)
                .header("Authorization", "Bearer " + token())
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .statusCode();
  }

  JsonNode ask(String path) throws Exception {
    HttpResponse<String> answer =
        http.send(
            request("/api/v2" + path).header("Authorization", "Bearer " + token()).build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  /** The states of a DAG's runs, the oldest first. */
  List<String> states(String dag) throws Exception {
    return ask("/dags/%s/dagRuns?order_by=id".formatted(dag))
        .get("dag_runs")
        .findValuesAsText("state");
  }

  /** Waits until every DAG of a file is there. */
  void untilKnown(String dag) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> send("PATCH", "/dags/" + dag, "{\"is_paused\": false}") == 200);
  }

  /** Waits until the newest run of a DAG is in this state. */
  void until(String dag, String state) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> {
              List<String> states = states(dag);
              return !states.isEmpty() && states.get(states.size() - 1).equals(state);
            });
  }

  @Override
  public void close() throws InterruptedException {
    List<ProcessHandle> programs = process.descendants().toList();
    process.destroy();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    programs.forEach(ProcessHandle::destroyForcibly);
  }
}
