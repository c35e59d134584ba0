package dev.primeline.workers.worker;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.primeline.workflows.experiment.BadInput;
import io.temporal.envconfig.ClientConfigProfile;
import io.temporal.envconfig.LoadClientConfigProfileOptions;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What Temporal's own environment configuration says: TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE,
 * TEMPORAL_API_KEY, TEMPORAL_TLS and its relatives, and the profile of a configuration file, read
 * as the temporal CLI reads them.
 *
 * <p>Holds secrets and has no {@code toString} of its own. Its error messages name variables and
 * files, never what they hold.
 */
public final class TemporalProfile {

  /** Any of these makes a command a client of that server; a file that lies about does not. */
  private static final List<String> ASKS_FOR_A_SERVER =
      List.of("TEMPORAL_ADDRESS", "TEMPORAL_PROFILE", "TEMPORAL_CONFIG_FILE");

  private static final List<String> SWITCHES =
      List.of("TEMPORAL_TLS", "TEMPORAL_TLS_DISABLE_HOST_VERIFICATION");
  private static final String USUAL_ADDRESS = "127.0.0.1:7233";

  private final ClientConfigProfile profile;

  private TemporalProfile(ClientConfigProfile profile) {
    this.profile = profile;
  }

  /**
   * Reads the environment, and the files that it names.
   *
   * @return empty when it asks for no server
   * @throws BadInput when something in it cannot be meant
   */
  public static Optional<TemporalProfile> from(Map<String, String> environment) {
    if (ASKS_FOR_A_SERVER.stream().noneMatch(name -> isSet(environment, name))) {
      return Optional.empty();
    }
    SWITCHES.forEach(name -> requireSwitch(environment, name));
    TemporalProfile read = new TemporalProfile(load(environment));
    HostAndPort.parse("TEMPORAL_ADDRESS", read.address());
    if (read.profile.getApiKey() != null
        && !read.profile.getApiKey().chars().allMatch(c -> c > ' ' && c < 127)) {
      throw new BadInput(
          "TEMPORAL_API_KEY: holds a space, a line break or another character that no key has,"
              + " expected the key alone");
    }
    TlsFiles.require(read.profile.getTls());
    return Optional.of(read);
  }

  private static boolean isSet(Map<String, String> environment, String name) {
    return !environment.getOrDefault(name, "").isBlank();
  }

  /** Temporal's reader takes every word but "true" for false, and would drop TLS silently. */
  private static void requireSwitch(Map<String, String> environment, String name) {
    String value = environment.getOrDefault(name, "");
    if (!value.isEmpty() && !value.equals("true") && !value.equals("false")) {
      throw new BadInput("%s: %s, expected true or false".formatted(name, value));
    }
  }

  /** Temporal's reader takes TLS for wanted when TEMPORAL_TLS_SERVER_NAME is set to nothing. */
  private static Map<String, String> filled(Map<String, String> environment) {
    return environment.entrySet().stream()
        .filter(variable -> !variable.getValue().isBlank())
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static ClientConfigProfile load(Map<String, String> environment) {
    String file = environment.getOrDefault("TEMPORAL_CONFIG_FILE", "");
    if (!file.isEmpty() && !Files.isReadable(Path.of(file))) {
      throw new BadInput(
          "TEMPORAL_CONFIG_FILE: %s, expected a readable file of profiles".formatted(file));
    }
    String where = file.isEmpty() ? "Temporal's configuration file" : file;
    try {
      return ClientConfigProfile.load(
          LoadClientConfigProfileOptions.newBuilder().setEnvOverrides(filled(environment)).build());
    } catch (JsonProcessingException e) {
      // Its message may quote the file.
      String line = e.getLocation() == null ? "" : ":" + e.getLocation().getLineNr();
      throw new BadInput(
          "TEMPORAL_CONFIG_FILE: %s%s is not as expected: TOML with [profile.NAME], address, namespace, api_key, [profile.NAME.tls]"
              .formatted(where, line));
    } catch (IOException e) {
      throw new BadInput("TEMPORAL_CONFIG_FILE: %s cannot be read".formatted(where));
    } catch (IllegalArgumentException e) {
      throw new BadInput(
          "TEMPORAL_PROFILE: %s, expected a profile of %s"
              .formatted(environment.getOrDefault("TEMPORAL_PROFILE", ""), where));
    }
  }

  /** Host and port. */
  public String address() {
    return Optional.ofNullable(profile.getAddress())
        .filter(address -> !address.isBlank())
        .orElse(USUAL_ADDRESS);
  }

  /** The namespace; Temporal's "default" when none is named. */
  public String namespace() {
    return Optional.ofNullable(profile.getNamespace())
        .filter(namespace -> !namespace.isBlank())
        .orElse("default");
  }

  /** Whether the connection is encrypted: asked for, or because an API key must not be read. */
  boolean encrypts() {
    return profile.getTls() == null
        ? !Objects.requireNonNullElse(profile.getApiKey(), "").isEmpty()
        : !Boolean.TRUE.equals(profile.getTls().isDisabled());
  }

  /** Whether it shows the server who it is. */
  boolean identifies() {
    return !Objects.requireNonNullElse(profile.getApiKey(), "").isEmpty()
        || (profile.getTls() != null
            && Stream.of(profile.getTls().getClientCertPath(), profile.getTls().getClientCertData())
                .anyMatch(Objects::nonNull));
  }

  /** The options of a connection. */
  WorkflowServiceStubsOptions.Builder stubs() {
    try {
      WorkflowServiceStubsOptions.Builder stubs =
          WorkflowServiceStubsOptions.newBuilder(profile.toWorkflowServiceStubsOptions())
              .setTarget(address());
      // Else the client takes a key for a wish for TLS, whatever TEMPORAL_TLS says.
      return encrypts() ? stubs : stubs.setEnableHttps(false);
    } catch (RuntimeException e) {
      // Each file was looked at; what is left is a key that does not go with its certificate.
      throw TlsFiles.notAPair();
    }
  }
}
