package dev.primeline.activities.airflow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Speaks to one Airflow: requests with a token, answers as JSON. Asks for a new token, once, when
 * the one it has is refused. Tries nothing twice otherwise: whether that is harmless, callers know.
 *
 * <p>An Airflow that does not answer, or only that it cannot just now, is an {@link IOException};
 * one that refuses these settings is {@link BadInput}. Safe for several threads.
 */
final class AirflowLine {

  /** Names of the API are in snake case. */
  static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration ANSWER = Duration.ofSeconds(30);

  private final AirflowSettings settings;
  private final HttpClient http;
  private @Nullable String token;

  AirflowLine(AirflowSettings settings) {
    this.settings = settings;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NEVER);
    settings.authorities().map(Authorities::trusted).ifPresent(builder::sslContext);
    this.http = builder.build();
    this.token = settings.token().orElse(null);
  }

  /**
   * An answer below 500.
   *
   * @param status of HTTP
   * @param body a missing node when there was none
   */
  record Answer(int status, JsonNode body) {

    boolean ok() {
      return status >= 200 && status < 300;
    }
  }

  /** Which Airflow this is, for sentences. */
  URI url() {
    return settings.url();
  }

  /** Asks without showing who asks. */
  Answer askOpenly(String path) throws IOException {
    return exchange("GET", path, null, null);
  }

  /**
   * Asks.
   *
   * @param path below the base path, encoded
   * @param body null for none
   */
  Answer ask(String method, String path, @Nullable Object body) throws IOException {
    String used = token();
    Answer answer = exchange(method, path, body, used);
    if (answer.status() == 401 && settings.login().isPresent()) {
      forget(used);
      answer = exchange(method, path, body, token());
    }
    if (answer.status() == 401) {
      throw new BadInput(
          settings.token().isPresent()
              ? "PRIMELINE_AIRFLOW_TOKEN: refused by Airflow at %s (%s), expected a token that has not expired"
                  .formatted(url(), AirflowError.of(answer.body()))
              : "PRIMELINE_AIRFLOW_USER: a fresh token of %s is refused by Airflow at %s (%s)"
                  .formatted(user(), url(), AirflowError.of(answer.body())));
    }
    if (answer.status() == 403) {
      throw new BadInput(
          "%s: Airflow at %s does not let %s do this (%s %s: %s)"
              .formatted(
                  settings.token().isPresent()
                      ? "PRIMELINE_AIRFLOW_TOKEN"
                      : "PRIMELINE_AIRFLOW_USER",
                  url(),
                  user(),
                  method,
                  path,
                  AirflowError.of(answer.body())));
    }
    return answer;
  }

  private String user() {
    return settings.login().map(AirflowSettings.Login::user).orElse("the owner of the token");
  }

  private synchronized String token() throws IOException {
    if (token == null) {
      token = logIn(settings.login().orElseThrow());
    }
    return token;
  }

  /** Unless another thread has a newer one already. */
  private synchronized void forget(String refused) {
    if (refused.equals(token)) {
      token = null;
    }
  }

  private String logIn(AirflowSettings.Login login) throws IOException {
    Answer answer =
        exchange(
            "POST",
            "/auth/token",
            Map.of("username", login.user(), "password", login.password()),
            null);
    String given = answer.body().path("access_token").asText("");
    if (answer.ok() && !given.isEmpty()) {
      return given;
    }
    if (answer.status() == 401 || answer.status() == 403) {
      throw new BadInput(
          "PRIMELINE_AIRFLOW_PASSWORD: not that of user %s, says Airflow at %s (%s)"
              .formatted(login.user(), url(), AirflowError.of(answer.body())));
    }
    throw new BadInput(
        "PRIMELINE_AIRFLOW_URL: %s gives no token for user %s at /auth/token (status %d: %s), expected an Airflow 3 that does, or PRIMELINE_AIRFLOW_TOKEN"
            .formatted(url(), login.user(), answer.status(), AirflowError.of(answer.body())));
  }

  private Answer exchange(
      String method, String path, @Nullable Object body, @Nullable String bearer)
      throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(settings.url() + path))
            .timeout(ANSWER)
            .header("Accept", "application/json")
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    if (bearer != null) {
      request.header("Authorization", "Bearer " + bearer);
    }
    HttpResponse<String> response = send(request.build());
    int status = response.statusCode();
    if (status == 429 || status >= 500) {
      throw new IOException(
          "Airflow at %s cannot answer just now (status %d)".formatted(url(), status));
    }
    return new Answer(status, json(response));
  }

  private HttpResponse<String> send(HttpRequest request) throws IOException {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while Airflow at %s was asked".formatted(url()), e);
    } catch (IOException e) {
      String said = e.getMessage();
      throw new IOException(
          "Airflow at %s does not answer (%s)"
              .formatted(url(), said == null ? e.getClass().getSimpleName() : said),
          e);
    }
  }

  private JsonNode json(HttpResponse<String> response) {
    try {
      return JSON.readTree(response.body());
    } catch (JsonProcessingException e) {
      throw new BadInput(
          "PRIMELINE_AIRFLOW_URL: %s answers with no JSON (status %d, %s), expected Airflow 3 with its base path"
              .formatted(
                  url(),
                  response.statusCode(),
                  response.headers().firstValue("Content-Type").orElse("of no type")));
    }
  }
}
