package dev.primeline.workers.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.primeline.workers.worker.Role;
import dev.primeline.workers.worker.WorkerSettings;
import dev.primeline.workflows.steps.Queues;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * What {@code infra/kubernetes} and {@code infra/compose} say of this program is what the program
 * says; {@code infra/bin/check-deployment} holds them against the schemas of their tools.
 */
final class DeploymentTest {

  private static final Path ROOT = Path.of(System.getProperty("primeline.root"));
  private static final String USER = "10001";

  /** What a process takes to end after its last checkpoint is saved. */
  private static final Duration FAREWELL = Duration.ofSeconds(30);

  /** All that the images write to. */
  private static final Set<String> WRITTEN = Set.of("/cache", "/tmp", "/work");

  private static final String METRICS_PORT = "9464";

  private final List<JsonNode> manifests = documents("infra/kubernetes/primeline.yaml");
  private final JsonNode compose = document("infra/compose/compose.yaml");

  @Test
  void everyPodIsStartedAsTheProgramExpectsAndLeavesInItsOwnTime() {
    Set<String> roles = new HashSet<>();
    for (JsonNode pod : pods()) {
      JsonNode container = pod.at("/spec/containers/0");
      Map<String, String> environment = new HashMap<>();
      manifest("ConfigMap")
          .get("data")
          .properties()
          .forEach(entry -> environment.put(entry.getKey(), entry.getValue().asText()));
      container
          .path("env")
          .forEach(
              entry -> environment.put(entry.get("name").asText(), entry.get("value").asText()));
      roles.add(roleOf(texts(container.get("args")), environment));
      assertThat(pod.at("/spec/terminationGracePeriodSeconds").asLong())
          .isGreaterThanOrEqualTo(
              WorkerSettings.from(environment).grace().plus(FAREWELL).toSeconds());
    }
    assertThat(roles).containsExactlyInAnyOrder("init", "orchestrator", "cpu", "gpu");
  }

  @Test
  void noPodMayDoMoreThanItMust() {
    for (JsonNode pod : pods()) {
      assertThat(pod.at("/spec/securityContext/runAsNonRoot").asBoolean()).isTrue();
      assertThat(pod.at("/spec/securityContext/runAsUser").asText()).isEqualTo(USER);
      assertThat(pod.at("/spec/securityContext/seccompProfile/type").asText())
          .isEqualTo("RuntimeDefault");
      JsonNode container = pod.at("/spec/containers/0");
      JsonNode security = container.get("securityContext");
      assertThat(security.get("readOnlyRootFilesystem").asBoolean()).isTrue();
      assertThat(security.get("allowPrivilegeEscalation").asBoolean(true)).isFalse();
      assertThat(texts(security.at("/capabilities/drop"))).containsExactly("ALL");
      assertThat(container.at("/resources/requests").properties())
          .extracting(Map.Entry::getKey)
          .contains("cpu", "memory", "ephemeral-storage");
      assertThat(container.at("/resources/limits/memory").asText()).isNotEmpty();
      assertThat(texts(container.get("volumeMounts").findValues("mountPath")))
          .containsExactlyInAnyOrderElementsOf(WRITTEN);
      assertThat(texts(pod.at("/spec/volumes").findValues("sizeLimit"))).hasSize(WRITTEN.size());
    }
    assertThat(manifest("ServiceAccount").get("automountServiceAccountToken").asBoolean(true))
        .isFalse();
    assertThat(manifest("NetworkPolicy").at("/spec/ingress/0/ports/0/port").asText())
        .isEqualTo(METRICS_PORT);
  }

  @Test
  void aGpuWorkerAsksForOneDeviceAndMayRunOnSpotMachines() {
    JsonNode gpu = deployment("primeline-gpu").at("/spec/template/spec");
    assertThat(gpu.at("/containers/0/resources/limits/nvidia.com~1gpu").asText()).isEqualTo("1");
    assertThat(texts(gpu.get("tolerations").findValues("key")))
        .containsExactly("nvidia.com/gpu", "spot");
    for (String other : List.of("primeline-orchestrator", "primeline-cpu")) {
      assertThat(deployment(other).toString()).doesNotContain("nvidia.com/gpu");
    }
  }

  @Test
  void kedaCountsTheQueueThatItsDeploymentServes() {
    JsonNode scaled = document("infra/kubernetes/keda.yaml");
    assertThat(deployment(scaled.at("/spec/scaleTargetRef/name").asText()).toString())
        .contains("\"gpu\"");
    JsonNode trigger = scaled.at("/spec/triggers/0/metadata");
    assertThat(trigger.get("taskQueue").asText()).isEqualTo(Queues.GPU);
    assertThat(trigger.get("endpoint").asText())
        .isEqualTo(manifest("ConfigMap").at("/data/TEMPORAL_ADDRESS").asText());
    // The queue looks empty for as long as a training has a device.
    assertThat(scaled.at("/spec/cooldownPeriod").asLong())
        .isGreaterThanOrEqualTo(WorkerSettings.from(Map.of()).segment().toSeconds());
  }

  @Test
  void everyWorkerOfTheComposeFileIsStartedAsTheProgramExpects() {
    Set<String> roles = new HashSet<>();
    for (JsonNode service : compose.get("services")) {
      if (!service.path("image").asText().contains("primeline:")) {
        continue;
      }
      Map<String, String> environment = new HashMap<>();
      service
          .get("environment")
          .properties()
          .forEach(entry -> environment.put(entry.getKey(), entry.getValue().asText()));
      roles.add(roleOf(texts(service.get("command")), environment));
      assertThat(service.get("stop_grace_period").asText())
          .isEqualTo(WorkerSettings.from(environment).grace().plus(FAREWELL).toSeconds() + "s");
      assertThat(service.get("user").asText()).isEqualTo(USER + ":" + USER);
      assertThat(service.get("read_only").asBoolean()).isTrue();
      assertThat(texts(service.get("cap_drop"))).containsExactly("ALL");
      assertThat(service.get("volumes").toString()).contains("/cache", "/tmp", "/work");
    }
    assertThat(roles).containsExactlyInAnyOrder("init", "orchestrator", "cpu", "gpu");
  }

  @Test
  void theComposeFileStatesWhatEveryServiceMayUseAndOpensNothingToTheNetwork() {
    for (Map.Entry<String, JsonNode> service : compose.get("services").properties()) {
      assertThat(service.getValue().path("mem_limit").asText()).as(service.getKey()).isNotEmpty();
      assertThat(service.getValue().path("cpus").asText()).as(service.getKey()).isNotEmpty();
      assertThat(texts(service.getValue().path("security_opt")))
          .as(service.getKey())
          .containsExactly("no-new-privileges:true");
      assertThat(texts(service.getValue().path("ports")))
          .allSatisfy(port -> assertThat(port).startsWith("127.0.0.1:"));
    }
  }

  @Test
  void prometheusAsksEveryWorkerOfTheComposeFileUnderTheNameThatTheAlertsKnow() {
    JsonNode job = document("infra/compose/prometheus.yaml").at("/scrape_configs/0");
    assertThat(job.get("job_name").asText()).isEqualTo("primeline");
    assertThat(job.at("/dns_sd_configs/0/port").asText()).isEqualTo(METRICS_PORT);
    List<String> workers = new ArrayList<>();
    compose
        .get("services")
        .properties()
        .forEach(
            service -> {
              if (service.getValue().path("command").path(0).asText().equals("worker")) {
                workers.add(service.getKey());
              }
            });
    assertThat(texts(job.at("/dns_sd_configs/0/names")))
        .containsExactlyInAnyOrderElementsOf(workers);
  }

  @Test
  void everySettingOfTheirsIsAKnownOne() throws IOException {
    String known = Files.readString(ROOT.resolve("README.md"));
    for (String file :
        List.of(
            "infra/kubernetes/primeline.yaml",
            "infra/compose/compose.yaml",
            "infra/images/pom.xml")) {
      Pattern.compile("\\bPRIMELINE_(?!IMAGE|GPU_IMAGE|S3_SECRET|POSTGRES|GRAFANA)[A-Z_0-9]+")
          .matcher(Files.readString(ROOT.resolve(file)))
          .results()
          .forEach(name -> assertThat(known).contains("`" + name.group()));
    }
  }

  /** The role that these arguments serve, or the command that they are. */
  private static String roleOf(List<String> arguments, Map<String, String> environment) {
    WorkerSettings settings = WorkerSettings.from(environment);
    assertThat(settings.temporalAddress()).isPresent();
    assertThat(settings.store().orElseThrow()).startsWith("s3://");
    assertThat(environment.get("PRIMELINE_METRICS")).endsWith(":" + METRICS_PORT);
    Primeline.commandLine(environment).parseArgs(arguments.toArray(new String[0]));
    if (!arguments.get(0).equals("worker")) {
      return arguments.get(0);
    }
    String role = arguments.get(arguments.indexOf("--role") + 1);
    return Role.valueOf(role.toUpperCase(Locale.ROOT)).name().toLowerCase(Locale.ROOT);
  }

  private List<JsonNode> pods() {
    return manifests.stream()
        .map(manifest -> manifest.at("/spec/template"))
        .filter(template -> !template.isMissingNode())
        .toList();
  }

  private JsonNode manifest(String kind) {
    return manifests.stream()
        .filter(manifest -> manifest.get("kind").asText().equals(kind))
        .findFirst()
        .orElseThrow();
  }

  private JsonNode deployment(String name) {
    return manifests.stream()
        .filter(manifest -> manifest.get("kind").asText().equals("Deployment"))
        .filter(manifest -> manifest.at("/metadata/name").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> texts(Iterable<JsonNode> nodes) {
    return StreamSupport.stream(nodes.spliterator(), false).map(JsonNode::asText).toList();
  }

  private static List<JsonNode> documents(String file) {
    List<JsonNode> documents = new ArrayList<>();
    document(file).get("items").forEach(documents::add);
    return documents;
  }

  /** With its aliases and merge keys resolved, as the tools read it. */
  private static JsonNode document(String file) {
    try {
      Object tree =
          new Yaml(new SafeConstructor(new LoaderOptions()))
              .load(Files.readString(ROOT.resolve(file)));
      return new ObjectMapper().valueToTree(tree);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
