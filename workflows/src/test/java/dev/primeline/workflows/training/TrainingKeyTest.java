package dev.primeline.workflows.training;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.experiment.BranchPoint;
import dev.primeline.workflows.experiment.ExperimentSpec;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.SpecReader;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingKeyTest {

  private static final String SPECIFICATION =
      """
      {"families": ["prime-v2"],
       "corpus": {"synthetic": {"kind": "markov", "symbols": 15, "states": 15}},
       "model": {"layers": 3, "width": 96, "heads": 4, "feedForward": 384, "length": 64},
       "training": {"steps": 600, "batch": 32, "learningRate": 0.003, "finalLearningRate": 0.0003,
         "warmupSteps": 100, "weightDecay": 0.1, "beta1": 0.9, "beta2": 0.95, "epsilon": 1e-8,
         "clip": 1.0, "microBatch": 32},
       "seed": 1}
      """;

  private static String key(String training) throws Exception {
    var tree = new ObjectMapper().readTree(SPECIFICATION);
    new ObjectMapper().readerForUpdating(tree.get("training")).readTree(training);
    ExperimentSpec spec = SpecReader.read(tree);
    Family family = spec.families().get(0);
    return TrainingKey.of(
        family, 16, 15, spec.model(), spec.training(), spec.seed(), "corpus", "codes");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}",
        "{\"microBatch\": 8}",
        "{\"checkpointEvery\": 7, \"evaluateEvery\": 9, \"heldoutSequences\": 3}",
        "{\"keepLast\": 1, \"keepEvery\": 600}",
        "{\"emaDecay\": 0, \"precision\": \"fp32\"}"
      })
  void whatDoesNotDecideTheWeightsIsLeftOut(String training) throws Exception {
    // Of format version 1; another value here means that nobody finds old trainings again.
    assertThat(key(training)).isEqualTo("85912026dbc1b955");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"steps\": 601}",
        "{\"learningRate\": 0.002}",
        "{\"emaDecay\": 0.999}",
        "{\"precision\": \"bf16\"}"
      })
  void whatDecidesTheWeightsIsInTheKey(String training) throws Exception {
    assertThat(key(training)).isNotEqualTo("85912026dbc1b955");
  }

  private static String branch(String training, long step, String checkpoint) throws Exception {
    ExperimentSpec spec =
        SpecReader.read(new ObjectMapper().readTree("{\"training\":" + training + "}"));
    ArtifactRef parent = new ArtifactRef("trainings/feed/main/manifest.json", checkpoint, 1);
    return TrainingKey.branch(new BranchPoint("arm", "feed", step, parent), spec.training());
  }

  @Test
  void aBranchIsNamedByItsFirstStepItsParentAndItsSettings() throws Exception {
    String name = branch("{\"steps\":900}", 400, "aa");
    assertThat(name).matches("from-400-[0-9a-f]{16}");
    assertThat(branch("{\"steps\":900,\"checkpointEvery\":7}", 400, "aa")).isEqualTo(name);
    assertThat(branch("{\"steps\":901}", 400, "aa")).isNotEqualTo(name);
    assertThat(branch("{\"steps\":900}", 400, "bb")).isNotEqualTo(name);
    assertThat(branch("{\"steps\":900}", 300, "aa")).isNotEqualTo(name);
  }

  @Test
  void givenWeightsAreInTheKeyByTheirContent() throws Exception {
    ExperimentSpec spec = SpecReader.read(new ObjectMapper().readTree(SPECIFICATION));
    Family family = spec.families().get(0);
    Function<ArtifactRef, String> key =
        weights ->
            TrainingKey.of(
                family,
                16,
                15,
                spec.model(),
                spec.training(),
                spec.seed(),
                "corpus",
                "codes",
                weights);
    String given = key.apply(new ArtifactRef("weights/aa/model.safetensors", "aa", 9));
    assertThat(given).isNotEqualTo("85912026dbc1b955");
    assertThat(key.apply(new ArtifactRef("elsewhere", "aa", 9))).isEqualTo(given);
    assertThat(key.apply(new ArtifactRef("weights/aa/model.safetensors", "bb", 9)))
        .isNotEqualTo(given);
  }
}
