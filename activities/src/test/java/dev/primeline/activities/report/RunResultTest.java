package dev.primeline.activities.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.primeline.workflows.experiment.CodeOrder;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.Head;
import dev.primeline.workflows.experiment.Objective;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RunResultTest {

  private static RunResult result(Study study) throws IOException {
    MemoryStore store = new MemoryStore();
    return RunResult.parse(
        store.read(new RunReport(store, study::metrics).write(study.request()).result().key()));
  }

  private static JsonNode json(Study study) throws IOException {
    return new ObjectMapper().readTree(result(study).json());
  }

  private static List<String> names(JsonNode node) {
    return node.propertyStream().map(java.util.Map.Entry::getKey).toList();
  }

  @Test
  void namesAreTheDocumentedOnes() throws IOException {
    JsonNode json = json(Study.quickstart("run-1"));

    assertThat(names(json))
        .containsExactly(
            "schemaVersion",
            "runId",
            "corpus",
            "sourceEntropyNatsPerToken",
            "unigramNatsPerToken",
            "alarm",
            "families",
            "report");
    assertThat(names(json.get("corpus")))
        .containsExactly(
            "kind",
            "uri",
            "heldout",
            "hash",
            "trainTokens",
            "heldoutTokens",
            "trainDocuments",
            "heldoutDocuments");
    assertThat(names(json.get("alarm"))).containsExactly("fired", "messages", "checks");
    assertThat(names(json.get("alarm").get("checks").get(0)))
        .containsExactly("family", "name", "fired", "detail");
    assertThat(names(json.get("families").get(0)))
        .containsExactly(
            "name",
            "ell",
            "head",
            "objective",
            "parameters",
            "tokensTrained",
            "bound",
            "nelboNatsPerToken",
            "maskError",
            "textError",
            "standardError",
            "perplexity",
            "bitsPerByte",
            "publishedEstimator",
            "publishedEstimatorNote",
            "tokensScored",
            "trainTokensPerSecond",
            "checkpoint",
            "weights",
            "skippedBatches",
            "numericsChanges",
            "draws",
            "maskErrorTarget",
            "maskErrorReached",
            "words",
            "wordPerplexity",
            "otherBounds");
  }

  @Test
  void valuesAreTheStepsOwn() throws IOException {
    JsonNode json = json(Study.quickstart("run-1"));
    JsonNode arm = json.get("families").get(0);
    JsonNode prime = json.get("families").get(2);

    assertThat(json.get("schemaVersion").asInt()).isEqualTo(1);
    assertThat(json.get("corpus").get("kind").asText()).isEqualTo("markov");
    assertThat(json.get("sourceEntropyNatsPerToken").asDouble()).isEqualTo(Study.ENTROPY);
    assertThat(json.get("report").asText()).isEqualTo("memory:/store/runs/run-1/report/index.html");
    assertThat(arm.get("bound").asText()).isEqualTo("=");
    assertThat(arm.get("publishedEstimator").isNull()).isTrue();
    assertThat(prime.get("bound").asText()).isEqualTo("<=");
    assertThat(prime.get("ell").asInt()).isEqualTo(2);
    assertThat(prime.get("nelboNatsPerToken").asDouble()).isEqualTo(1.2487);
    assertThat(prime.get("publishedEstimatorNote").asText()).isEqualTo("not a bound");
    assertThat(prime.get("bitsPerByte").isNull()).isTrue();
    assertThat(prime.get("weights").asText()).endsWith("/model.safetensors");
    assertThat(prime.get("checkpoint").asText()).endsWith("/manifest.json");
  }

  @Test
  void enumerationsAreSpeltAsInSpecifications() throws IOException {
    Family choice = Study.masked("sub", 4, 2, CodeOrder.SHUFFLED);
    Family sub =
        new Family(
            "sub", choice.attention(), 4, 2, CodeOrder.SHUFFLED, Head.SUB_TOKEN, Objective.BOUND);
    JsonNode family = json(Study.synthetic("run-1").with(sub, 1.3, 0.01)).get("families").get(0);

    assertThat(family.get("head").asText()).isEqualTo("sub-token");
    assertThat(family.get("objective").asText()).isEqualTo("bound");
  }

  @Test
  void undefinedNumbersAreNullInTheFileAndNaNWhenRead() throws IOException {
    Study study = Study.synthetic("run-1").with(Study.arm("arm"), 1.1, Double.NaN);

    assertThat(json(study).get("families").get(0).get("standardError").isNull()).isTrue();
    assertThat(result(study).families().get(0).standardError()).isNaN();
    assertThat(result(study).families().get(0).bitsPerByte()).isNull();
  }

  @Test
  void readersIgnoreNamesOfLaterForms() throws IOException {
    RunResult result = result(Study.quickstart("run-1"));
    ObjectNode json = (ObjectNode) new ObjectMapper().readTree(result.json());
    json.put("addedLater", 1);

    assertThat(RunResult.parse(new ObjectMapper().writeValueAsBytes(json))).isEqualTo(result);
  }

  @Test
  void speedIsTheMedianOfTheLog() throws IOException {
    assertThat(result(Study.quickstart("run-1")).families().get(2))
        .extracting(RunResult.FamilyResult::trainTokensPerSecond)
        .isEqualTo(30_617.0);
    assertThat(result(Study.quickstart("run-2").logged(0, 0)).families().get(2))
        .extracting(RunResult.FamilyResult::trainTokensPerSecond)
        .isNull();
  }

  @Test
  void alarmSaysWhichCheckOfWhichFamilyFired() throws IOException {
    RunResult.Alarm alarm =
        result(
                Study.synthetic("run-1")
                    .with(Study.arm("arm"), 1.1, 0.004)
                    .withAlarm(Study.masked("prime", 2, 4, CodeOrder.INDEX), 0.8, 0.01))
            .alarm();

    assertThat(alarm.fired()).isTrue();
    assertThat(alarm.messages())
        .containsExactly(
            "the kraft alarm fired for prime: the probabilities of prime sum to 1.412, expected at"
                + " most 1");
    assertThat(alarm.checks()).hasSize(6);
  }
}
