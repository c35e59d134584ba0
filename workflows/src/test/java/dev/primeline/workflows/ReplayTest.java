package dev.primeline.workflows;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.primeline.workflows.corpus.CorpusWorkflowImpl;
import dev.primeline.workflows.evaluation.EvaluationWorkflowImpl;
import dev.primeline.workflows.generation.GenerationWorkflowImpl;
import dev.primeline.workflows.pretraining.PretrainingWorkflowImpl;
import dev.primeline.workflows.scaling.ScalingStudyWorkflowImpl;
import dev.primeline.workflows.steps.PayloadLimit;
import dev.primeline.workflows.training.TrainingWorkflowImpl;
import io.temporal.common.WorkflowExecutionHistory;
import io.temporal.testing.WorkflowReplayer;
import io.temporal.workflow.WorkflowMethod;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs that are under way when a worker is replaced by a newer one must go on: stored histories of
 * every workflow, {@code src/test/resources/histories}, are replayed by the present code. A history
 * that no longer replays is a broken promise, and no reason to replace the file.
 */
class ReplayTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  static List<Path> histories() throws IOException, URISyntaxException {
    URL folder =
        Objects.requireNonNull(ReplayTest.class.getResource("/histories"), "stored histories");
    try (Stream<Path> files = Files.list(Path.of(folder.toURI()))) {
      return files.sorted().toList();
    }
  }

  private static void replay(String history) throws Exception {
    WorkflowReplayer.replayWorkflowExecution(
        WorkflowExecutionHistory.fromJson(history, workflowId(JSON.readTree(history))),
        PretrainingWorkflowImpl.class,
        TrainingWorkflowImpl.class,
        EvaluationWorkflowImpl.class,
        GenerationWorkflowImpl.class,
        ScalingStudyWorkflowImpl.class,
        CorpusWorkflowImpl.class);
  }

  /** A run's corpus is named after the run, of which a history does not say the name. */
  private static String workflowId(JsonNode history) {
    return history.findValues("startChildWorkflowExecutionInitiatedEventAttributes").stream()
        .map(child -> child.path("workflowId").asText())
        .filter(id -> id.endsWith("/corpus"))
        .map(id -> id.substring(0, id.length() - "/corpus".length()))
        .findFirst()
        .orElse("any");
  }

  @Test
  void everyWorkflowHasAStoredHistory() throws Exception {
    Set<String> names =
        new ClassFileImporter()
            .importPackages("dev.primeline.workflows").stream()
                .flatMap(type -> type.getMethods().stream())
                .flatMap(method -> method.tryGetAnnotationOfType(WorkflowMethod.class).stream())
                .map(WorkflowMethod::name)
                .collect(Collectors.toSet());
    Set<String> stored = new HashSet<>();
    for (Path history : histories()) {
      stored.add(
          JSON.readTree(history.toFile())
              .at("/events/0/workflowExecutionStartedEventAttributes/workflowType/name")
              .asText());
    }
    assertThat(names).isNotEmpty();
    assertThat(stored).isEqualTo(names);
  }

  @ParameterizedTest
  @MethodSource("histories")
  void whatWasBegunByAnEarlierVersionGoesOn(Path history) throws Exception {
    replay(Files.readString(history));
  }

  @ParameterizedTest
  @MethodSource("histories")
  void fieldsThatALaterVersionWroteAreNoObstacle(Path history) throws Exception {
    JsonNode tree = JSON.readTree(history.toFile());
    assertThat(change(tree)).isPositive();
    replay(JSON.writeValueAsString(tree));
  }

  @ParameterizedTest
  @MethodSource("histories")
  void payloadsAreReferencesAndSmall(Path history) throws Exception {
    for (JsonNode data : JSON.readTree(history.toFile()).findValues("data")) {
      assertThat(data.asText().length()).isLessThan(PayloadLimit.MOST_BYTES);
    }
  }

  /** Gives every object of every result a field of the future; the user's own input has none. */
  private static int change(JsonNode tree) throws IOException {
    int changed = 0;
    for (JsonNode event : tree.get("events")) {
      for (JsonNode payload : event.findValues("payloads")) {
        for (JsonNode one : payload) {
          if (!event.path("eventType").asText().contains("EXECUTION_STARTED")
              && !event.path("eventType").asText().contains("UPDATE_ACCEPTED")) {
            changed += changePayload(one);
          }
        }
      }
    }
    return changed;
  }

  private static int changePayload(JsonNode payload) throws IOException {
    JsonNode value;
    try {
      value = JSON.readTree(Base64.getDecoder().decode(payload.path("data").asText()));
    } catch (IOException | IllegalArgumentException notJson) {
      return 0;
    }
    if (!value.isObject()) {
      return 0;
    }
    age(value);
    byte[] bytes = JSON.writeValueAsString(value).getBytes(StandardCharsets.UTF_8);
    ((ObjectNode) payload).put("data", Base64.getEncoder().encodeToString(bytes));
    return 1;
  }

  private static void age(JsonNode value) {
    if (value instanceof ObjectNode object) {
      object.properties().forEach(entry -> age(entry.getValue()));
      object.put("addedLater", true);
    } else if (value instanceof ArrayNode array) {
      array.forEach(ReplayTest::age);
    }
  }
}
