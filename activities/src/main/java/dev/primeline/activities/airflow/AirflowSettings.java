package dev.primeline.activities.airflow;

import dev.primeline.workflows.experiment.BadInput;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Which Airflow a worker asks, and as whom. Environment variables, never part of a history.
 *
 * @param url PRIMELINE_AIRFLOW_URL, its base path included, without a slash at the end
 * @param token PRIMELINE_AIRFLOW_TOKEN, a token that somebody made; or else
 * @param login PRIMELINE_AIRFLOW_USER and PRIMELINE_AIRFLOW_PASSWORD, with which tokens are asked
 *     for
 * @param authorities PRIMELINE_AIRFLOW_CA, a file of PEM certificates to trust; empty: Java's own
 */
public record AirflowSettings(
    URI url, Optional<String> token, Optional<Login> login, Optional<Path> authorities) {

  /**
   * A user.
   *
   * @param user the name
   * @param password secret
   */
  public record Login(String user, String password) {

    @Override
    public String toString() {
      return user;
    }
  }

  /**
   * Reads the environment.
   *
   * @return empty when it names no Airflow
   * @throws BadInput when something in it cannot be meant; the message holds no secret
   */
  public static Optional<AirflowSettings> from(Map<String, String> environment) {
    Optional<String> url = text(environment, "PRIMELINE_AIRFLOW_URL");
    if (url.isEmpty()) {
      return Optional.empty();
    }
    Optional<String> token = text(environment, "PRIMELINE_AIRFLOW_TOKEN");
    Optional<String> user = text(environment, "PRIMELINE_AIRFLOW_USER");
    Optional<String> password = text(environment, "PRIMELINE_AIRFLOW_PASSWORD");
    if (user.isPresent() != password.isPresent() || token.isPresent() == user.isPresent()) {
      throw new BadInput(
          "PRIMELINE_AIRFLOW_URL: set, expected either PRIMELINE_AIRFLOW_TOKEN or both"
              + " PRIMELINE_AIRFLOW_USER and PRIMELINE_AIRFLOW_PASSWORD beside it");
    }
    token.ifPresent(AirflowSettings::requirePlain);
    return Optional.of(
        new AirflowSettings(
            address(url.get()),
            token,
            user.map(name -> new Login(name, password.orElseThrow())),
            text(environment, "PRIMELINE_AIRFLOW_CA").map(AirflowSettings::file)));
  }

  /** Links to Airflow stand in histories: what lets its reader in is refused. */
  private static URI address(String url) {
    if (!url.matches("https?://[A-Za-z0-9._\\[\\]:-]+(/[^?#\\s]*)?")) {
      throw new BadInput(
          "PRIMELINE_AIRFLOW_URL: \"%s\", expected an address such as https://airflow.example.org/base, without user and query"
              .formatted(url.replaceAll("//[^/]*@", "//...@").replaceAll("\\?.*", "?...")));
    }
    return URI.create(url.replaceAll("/+$", ""));
  }

  private static void requirePlain(String token) {
    if (!token.chars().allMatch(c -> c > ' ' && c < 127)) {
      throw new BadInput(
          "PRIMELINE_AIRFLOW_TOKEN: holds a space, a line break or another character that no token"
              + " has, expected the token alone");
    }
  }

  private static Path file(String name) {
    if (!Files.isReadable(Path.of(name))) {
      throw new BadInput(
          "PRIMELINE_AIRFLOW_CA: %s, expected a readable file of PEM".formatted(name));
    }
    return Path.of(name);
  }

  private static Optional<String> text(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }

  @Override
  public String toString() {
    return url + login.map(known -> " as " + known.user()).orElse("");
  }
}
