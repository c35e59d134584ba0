package dev.primeline.activities.airflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.primeline.activities.airflow.AirflowSettings.Login;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Airflow as far as a run needs it, below a base path, on a port of the loopback interface: a body
 * with a key that its schema lacks is 422, a new token 201, a DAG run's id that is taken 409.
 */
final class FakeAirflow implements AutoCloseable {

  static final String PASSWORD = "airflow-secret-77c1";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A request that was answered. */
  record Asked(String method, String path, JsonNode body) {}

  final List<Asked> asked = new CopyOnWriteArrayList<>();

  /** DAG runs by id, in Airflow's own form. */
  final Map<String, ObjectNode> dagRuns = new TreeMap<>();

  /** What tasks left, by {@code task/key}. */
  final Map<String, JsonNode> xcoms = new TreeMap<>();

  final List<ObjectNode> tasks = new CopyOnWriteArrayList<>();
  final List<ObjectNode> events = new CopyOnWriteArrayList<>();
  final List<String> assets = new CopyOnWriteArrayList<>(List.of("s3://primeline/runs"));
  final Set<String> tokens = new HashSet<>();

  /** States that a DAG run goes through, one a look. */
  final List<String> states = new CopyOnWriteArrayList<>(List.of("running", "success"));

  volatile boolean paused;
  volatile boolean importErrors;

  /** Answers of 503 that are left to give. */
  volatile int outages;

  /** Whether the next event is told and its answer lost. */
  volatile boolean loseAnswer;

  volatile @Nullable String override;
  private final HttpServer server;
  private final OpenApi rules = OpenApi.stored();
  private int looks;

  FakeAirflow() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  URI url() {
    return URI.create("http://127.0.0.1:%d/base".formatted(server.getAddress().getPort()));
  }

  AirflowSettings settings() {
    return new AirflowSettings(
        url(), Optional.empty(), Optional.of(new Login("admin", PASSWORD)), Optional.empty());
  }

  AirflowSettings settings(String token) {
    return new AirflowSettings(url(), Optional.of(token), Optional.empty(), Optional.empty());
  }

  /** Paths that were asked with a method. */
  List<String> paths(String method) {
    return asked.stream().filter(a -> a.method().equals(method)).map(Asked::path).toList();
  }

  ObjectNode task(String id, String state) {
    ObjectNode task =
        JSON.createObjectNode().put("task_id", id).put("map_index", -1).put("try_number", 2);
    tasks.add(task.put("state", state));
    return task;
  }

  static JsonNode json(String singleQuoted) {
    try {
      return JSON.readTree(singleQuoted.replace('\'', '"'));
    } catch (IOException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private record Said(int status, JsonNode body) {

    static Said detail(int status, String detail) {
      return new Said(status, JSON.createObjectNode().put("detail", detail));
    }
  }

  private synchronized void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] sent = exchange.getRequestBody().readAllBytes();
      JsonNode body = sent.length == 0 ? JSON.missingNode() : JSON.readTree(sent);
      String path = exchange.getRequestURI().getRawPath();
      asked.add(new Asked(exchange.getRequestMethod(), path, body));
      if (outages > 0) {
        outages--;
        answer(exchange, Said.detail(503, "away"));
        return;
      }
      if (override != null) {
        write(exchange, 200, override);
        return;
      }
      String bearer = exchange.getRequestHeaders().getFirst("Authorization");
      Said said =
          path.startsWith("/base/")
              ? said(exchange, path.substring("/base".length()), body, bearer)
              : Said.detail(404, "Not Found");
      if (loseAnswer && path.endsWith("/assets/events") && !body.isMissingNode()) {
        loseAnswer = false;
        said = Said.detail(502, "lost");
      }
      answer(exchange, said);
    }
  }

  private Said said(HttpExchange exchange, String path, JsonNode body, @Nullable String bearer) {
    String method = exchange.getRequestMethod();
    Optional<String> refused = rules.refuses(method, path, body);
    if (refused.isPresent()) {
      return new Said(
          422,
          json(
              "{'detail':[{'loc':['body','%s'],'msg':'Extra inputs are not permitted','type':'extra_forbidden','input':'%s'}]}"
                  .formatted(refused.get(), PASSWORD)));
    }
    if (path.equals("/auth/token")) {
      return token(body);
    }
    if (path.equals("/api/v2/monitor/health")) {
      return new Said(
          200,
          json(
              "{'metadatabase':{'status':'healthy'},'scheduler':{'status':'unhealthy'},'triggerer':{'status':null},'dag_processor':{'status':'healthy'}}"));
    }
    if (bearer == null || !tokens.contains(bearer.replace("Bearer ", ""))) {
      return Said.detail(401, "Invalid JWT token");
    }
    List<String> parts =
        Stream.of(path.substring("/api/v2/".length()).split("/"))
            .map(part -> URLDecoder.decode(part, StandardCharsets.UTF_8))
            .toList();
    Map<String, String> query =
        Stream.of(Optional.ofNullable(exchange.getRequestURI().getQuery()).orElse("").split("&"))
            .filter(part -> part.contains("="))
            .collect(
                Collectors.toMap(
                    part -> part.substring(0, part.indexOf('=')),
                    part -> part.substring(part.indexOf('=') + 1)));
    return parts.get(0).equals("assets")
        ? assets(parts, body, query)
        : dags(method, parts, body, query);
  }

  private Said token(JsonNode body) {
    if (!body.path("password").asText().equals(PASSWORD)) {
      return Said.detail(401, "Invalid credentials");
    }
    String token = "token-" + asked.size();
    tokens.add(token);
    return new Said(201, JSON.createObjectNode().put("access_token", token));
  }

  private Said dags(String method, List<String> parts, JsonNode body, Map<String, String> query) {
    if (parts.size() < 2) {
      return new Said(200, json("{'dags':[],'total_entries':0}"));
    }
    if (!parts.get(1).equals("make_corpus")) {
      return Said.detail(404, "The Dag with ID: `%s` was not found".formatted(parts.get(1)));
    }
    if (parts.size() == 2) {
      ObjectNode dag = JSON.createObjectNode().put("dag_id", parts.get(1));
      return new Said(200, dag.put("is_paused", paused).put("has_import_errors", importErrors));
    }
    if (method.equals("POST")) {
      String id = body.path("dag_run_id").asText();
      if (dagRuns.containsKey(id)) {
        return new Said(409, json("{'detail':{'reason':'Unique constraint violation'}}"));
      }
      dagRuns.put(id, JSON.createObjectNode().put("dag_run_id", id).put("state", "queued"));
      return new Said(200, dagRuns.get(id));
    }
    ObjectNode run = dagRuns.get(parts.get(3));
    if (run == null) {
      return Said.detail(404, "The DagRun was not found");
    }
    if (method.equals("PATCH")) {
      return new Said(200, run.put("state", body.path("state").asText()));
    }
    if (parts.size() == 4) {
      boolean over = Set.of("success", "failed").contains(run.path("state").asText());
      return new Said(
          200, over ? run : run.put("state", states.get(Math.min(looks++, states.size() - 1))));
    }
    if (parts.size() == 5) {
      ObjectNode page = JSON.createObjectNode();
      page.putArray("task_instances")
          .addAll(
              tasks.stream()
                  .filter(task -> task.path("state").asText().equals(query.get("state")))
                  .toList());
      return new Said(200, page);
    }
    JsonNode value = xcoms.get(parts.get(5) + "/" + parts.get(7));
    return value == null
        ? Said.detail(404, "XCom entry not found")
        : new Said(200, JSON.createObjectNode().set("value", value));
  }

  private Said assets(List<String> parts, JsonNode body, Map<String, String> query) {
    ObjectNode page = JSON.createObjectNode();
    if (parts.size() == 1) {
      page.put("total_entries", assets.size());
      for (int i = 0; i < assets.size(); i++) {
        page.withArray("assets").addObject().put("id", i).put("uri", assets.get(i));
      }
      return new Said(200, page);
    }
    if (!body.isMissingNode()) {
      ObjectNode event = JSON.createObjectNode().put("id", events.size() + 1);
      event.set("extra", body.path("extra"));
      events.add(0, event);
      return new Said(200, event);
    }
    int from = Integer.parseInt(query.getOrDefault("offset", "0"));
    int to = Math.min(events.size(), from + Integer.parseInt(query.getOrDefault("limit", "50")));
    page.put("total_entries", events.size());
    page.putArray("asset_events").addAll(events.subList(Math.min(from, to), to));
    return new Said(200, page);
  }

  private static void answer(HttpExchange exchange, Said said) throws IOException {
    write(exchange, said.status(), said.body().toString());
  }

  private static void write(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
