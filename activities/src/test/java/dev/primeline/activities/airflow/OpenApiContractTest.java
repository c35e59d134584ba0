package dev.primeline.activities.airflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The records are what Airflow says in its OpenAPI document that it takes and gives. */
class OpenApiContractTest {

  private static final OpenApi API = OpenApi.stored();
  private static final SnakeCaseStrategy NAMES =
      (SnakeCaseStrategy) PropertyNamingStrategies.SNAKE_CASE;

  static Stream<Arguments> answers() {
    return Stream.of(
        Arguments.of(Dag.class, "DAGResponse"),
        Arguments.of(DagRun.class, "DAGRunResponse"),
        Arguments.of(TaskInstance.class, "TaskInstanceResponse"),
        Arguments.of(TaskInstance.Page.class, "TaskInstanceCollectionResponse"),
        Arguments.of(Xcom.class, "XComResponseNative"),
        Arguments.of(Asset.class, "AssetResponse"),
        Arguments.of(Asset.Page.class, "AssetCollectionResponse"),
        Arguments.of(AssetEvent.class, "AssetEventResponse"),
        Arguments.of(AssetEvent.Page.class, "AssetEventCollectionResponse"),
        Arguments.of(Health.class, "HealthInfoResponse"));
  }

  @ParameterizedTest
  @MethodSource("answers")
  void whatIsReadIsWhatIsGiven(Class<? extends Record> type, String schema) {
    for (RecordComponent component : type.getRecordComponents()) {
      String name = NAMES.translate(component.getName());
      JsonNode property = API.schema(schema).path("properties").path(name);
      assertThat(property.isMissingNode()).as("%s.%s", schema, name).isFalse();
      if (component.getType() != JsonNode.class) {
        assertThat(types(property)).as("%s.%s", schema, name).contains(json(component.getType()));
        boolean optional = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
        assertThat(types(property).contains("null")).as("%s.%s", schema, name).isEqualTo(optional);
      }
    }
  }

  static Stream<Arguments> bodies() {
    return Stream.of(
        Arguments.of(DagRun.Trigger.class, "TriggerDAGRunPostBody"),
        Arguments.of(DagRun.Patch.class, "DAGRunPatchBody"),
        Arguments.of(AssetEvent.Creation.class, "CreateAssetEventsBody"));
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void whatIsSentIsWhatIsTaken(Class<? extends Record> type, String schema) {
    List<String> sent =
        Stream.of(type.getRecordComponents())
            .map(component -> NAMES.translate(component.getName()))
            .toList();
    assertThat(API.schema(schema).path("additionalProperties").asBoolean(true)).isFalse();
    assertThat(sent).isSubsetOf(names(API.schema(schema).path("properties")));
    for (JsonNode required : API.schema(schema).path("required")) {
      assertThat(sent).contains(required.asText());
    }
  }

  @Test
  void statesAreThoseOfTheDocument() {
    assertThat(texts(API.schema("DagRunState").path("enum")))
        .containsExactlyInAnyOrder("queued", "running", "success", "failed");
    assertThat(texts(API.schema("DagRunMutableStates").path("enum"))).contains("failed");
    assertThat(texts(API.schema("TaskInstanceState").path("enum"))).contains("failed");
  }

  @Test
  void everyQueryIsOneThatTheServerKnows() {
    assertThat(parameters("GET", "/api/v2/assets")).contains("uri_pattern", "limit", "offset");
    assertThat(parameters("GET", "/api/v2/assets/events"))
        .contains("asset_id", "order_by", "limit", "offset");
    assertThat(parameters("GET", "/api/v2/dags/d/dagRuns/r/taskInstances"))
        .contains("state", "limit");
    assertThat(parameters("GET", "/api/v2/dags/d/dagRuns/r/taskInstances/t/xcomEntries/k"))
        .contains("map_index", "stringify");
  }

  private static List<String> parameters(String method, String path) {
    JsonNode operation = API.operation(method, path).orElseThrow();
    return operation.path("parameters").findValuesAsText("name");
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static List<String> texts(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText).toList();
  }

  private static String json(Class<?> type) {
    if (type == String.class) {
      return "string";
    }
    return type == boolean.class ? "boolean" : type == List.class ? "array" : "integer";
  }

  /** The types that a property may have, behind references and alternatives. */
  private static Set<String> types(JsonNode property) {
    if (property.has("$ref")) {
      String ref = property.path("$ref").asText();
      return types(API.schema(ref.substring(ref.lastIndexOf('/') + 1)));
    }
    if (property.has("anyOf")) {
      return StreamSupport.stream(property.path("anyOf").spliterator(), false)
          .flatMap(one -> types(one).stream())
          .collect(Collectors.toSet());
    }
    return Set.of(property.path("type").asText("any"));
  }
}
