package dev.primeline.workflows.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

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
}
