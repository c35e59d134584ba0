package dev.primeline.activities.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.experiment.BranchPoint;
import dev.primeline.workflows.experiment.ExperimentSpec;
import dev.primeline.workflows.experiment.SpecReader;
import dev.primeline.workflows.training.TrainingSpec;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ScheduleTest {

  private static final ArtifactRef REF = new ArtifactRef("some/key", "00", 1);
  private static final Offset<Double> TINY = within(1e-15);

  private static Schedule schedule(
      long steps, double rate, double finalRate, @Nullable BranchPoint from) {
    ExperimentSpec e;
    try {
      e =
          SpecReader.read(
              new ObjectMapper()
                  .readTree(
                      """
                      {"training":{"steps":%d,"learningRate":%s,"finalLearningRate":%s,"warmupSteps":10}}
                      """
                          .formatted(steps, rate, finalRate)));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
    return new Schedule(
        new TrainingSpec(
            "feed",
            from == null ? "main" : "from",
            e.families().get(0),
            16,
            15,
            e.model(),
            e.training(),
            1,
            REF,
            "c",
            REF,
            "s",
            from,
            null));
  }

  private static BranchPoint at(long step) {
    return new BranchPoint("arm", "feed", step, REF);
  }

  @Test
  void theRateRisesToItsPeakAndFallsOnACosineToTheLastStep() {
    Schedule schedule = schedule(111, 1e-2, 1e-3, null);
    assertThat(schedule.learningRate(0)).isEqualTo(1e-3, TINY);
    assertThat(schedule.learningRate(9)).isEqualTo(1e-2, TINY);
    assertThat(schedule.learningRate(10)).isEqualTo(1e-2, TINY);
    assertThat(schedule.learningRate(60)).isEqualTo(5.5e-3, TINY);
    assertThat(schedule.learningRate(110)).isEqualTo(1e-3, TINY);
    assertThat(schedule.learningRate(111)).isEqualTo(1e-3, TINY);
  }

  @Test
  void aBranchBeginsAtItsRateWithoutWarmUpAndEndsAtItsFinalOne() {
    Schedule branch = schedule(141, 4e-3, 2e-3, at(40));
    assertThat(branch.learningRate(40)).isEqualTo(4e-3, TINY);
    assertThat(branch.learningRate(90)).isEqualTo(3e-3, TINY);
    assertThat(branch.learningRate(140)).isEqualTo(2e-3, TINY);
  }

  @Test
  void anExtensionContinuesFromTheParentsRateWithoutAJump() {
    Schedule parent = schedule(111, 1e-2, 1e-3, null);
    double there = parent.learningRate(60);
    Schedule branch = schedule(300, there, 1e-3, at(60));
    assertThat(branch.learningRate(60)).isEqualTo(there);
    for (long step = 61; step < 300; step++) {
      assertThat(branch.learningRate(step)).isLessThan(branch.learningRate(step - 1));
      assertThat(branch.learningRate(step)).isGreaterThanOrEqualTo(parent.learningRate(step));
    }
  }

  @Test
  void anExtensionOfAFinishedTrainingStaysAtTheFinalRate() {
    double there = schedule(111, 1e-2, 1e-3, null).learningRate(111);
    Schedule branch = schedule(200, there, 1e-3, at(111));
    assertThat(branch.learningRate(111)).isEqualTo(1e-3, TINY);
    assertThat(branch.learningRate(150)).isEqualTo(1e-3, TINY);
    assertThat(branch.learningRate(199)).isEqualTo(1e-3, TINY);
  }

  @Test
  void aBranchOfOneStepHasItsFirstRate() {
    assertThat(schedule(112, 1e-2, 1e-3, at(111)).learningRate(111)).isEqualTo(1e-2, TINY);
  }
}
