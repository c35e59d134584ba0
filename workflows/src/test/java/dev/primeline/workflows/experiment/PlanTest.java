package dev.primeline.workflows.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanTest {

  private static final Plan.Text TEXT = new Plan.Text(16, 64_000, 10_000);
  private static final Plan.Speed SPEED = new Plan.Speed(1000, 4000);

  private static ExperimentSpec spec() throws Exception {
    return SpecReader.read(
        new ObjectMapper()
            .readTree(
                """
                {"preset": "smoke",
                 "model": {"layers": 1, "width": 8, "heads": 2, "feedForward": 16, "length": 32},
                 "training": {"steps": 45, "batch": 16, "checkpointEvery": 20, "evaluateEvery": 30,
                              "heldoutSequences": 10},
                 "evaluation": {"draws": 4}}
                """));
  }

  private static Plan plan(String name) throws Exception {
    ExperimentSpec spec = spec();
    Family family =
        spec.families().stream().filter(f -> f.name().equals(name)).findFirst().orElseThrow();
    return Plan.of(spec, family, TEXT, SPEED);
  }

  @Test
  void tokensAreStepsTimesBatchTimesLength() throws Exception {
    assertThat(plan("mdm").tokens()).isEqualTo(45 * 16 * 32);
    assertThat(plan("mdm").epochs()).isCloseTo(45 * 16 * 32 / 64_000.0, within(1e-12));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 10", // all
    "3, 0, 4", // 800, 900, 1000 and perhaps a better one
    "3, 300, 6", // 300 and 600 too
    "1, 300, 5", // 1000, and 300, 600, 900, and perhaps a better one
    "9, 0, 10",
    "20, 0, 10"
  })
  void theLastCheckpointsMilestonesAndTheBestStay(int keepLast, long keepEvery, long staying)
      throws Exception {
    ObjectNode typed =
        (ObjectNode)
            new ObjectMapper()
                .readTree(
                    "{\"preset\": \"smoke\", \"training\": {\"steps\": 1000, \"checkpointEvery\": 100}}");
    ((ObjectNode) typed.get("training")).put("keepLast", keepLast).put("keepEvery", keepEvery);
    ExperimentSpec spec = SpecReader.read(typed);
    assertThat(Plan.of(spec, spec.families().get(0), TEXT, SPEED).checkpoints()).isEqualTo(staying);
  }

  @Test
  void everyCheckpointKeepsAWeightAndTwoMomentsPerParameter() throws Exception {
    Plan plan = plan("prime-v2");
    assertThat(plan.checkpoints()).isEqualTo(3);
    assertThat(plan.bytes()).isEqualTo(3 * 12 * plan.parameters());
  }

  @Test
  void timeIsTrainingLooksAndTheFinalScore() throws Exception {
    Plan mdm = plan("mdm");
    double looks = 2 * 10 * 32 * TrainingSettings.HELDOUT_DRAWS / 4000.0;
    assertThat(mdm.trainingSeconds()).isCloseTo(45 * 16 * 32 / 1000.0 + looks, within(1e-9));
    assertThat(mdm.evaluationSeconds()).isCloseTo(4 * 10_000 / 4000.0, within(1e-9));
    assertThat(plan("arm").evaluationSeconds()).isCloseTo(10_000 / 4000.0, within(1e-9));
  }

  @ParameterizedTest
  @CsvSource({
    "'\"draws\": 4', 4",
    "'\"draws\": 4, \"maskError\": 0.05', 2", // less than one round of two passes would do
    "'\"draws\": 4, \"maskError\": 0.005', 14", // 132,000 tokens of 10,000, in rounds of two passes
    "'\"draws\": 4, \"tokenMaskDraws\": 3', 7",
    "'\"draws\": 4, \"samplerSteps\": 16', 8",
  })
  void aWantedErrorAndOtherBoundsTakeTheirPasses(String evaluation, int passes) throws Exception {
    String typed =
        "{\"preset\": \"smoke\", \"families\": [\"prime-v2\"], \"evaluation\": {%s}}"
            .formatted(evaluation);
    ExperimentSpec spec = SpecReader.read(new ObjectMapper().readTree(typed));
    assertThat(Plan.of(spec, spec.families().get(0), TEXT, SPEED).evaluationSeconds())
        .isCloseTo(passes * 10_000 / 4000.0, within(1e-9));
  }
}
