package dev.primeline.activities.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.primeline.activities.batches.Batch;
import dev.primeline.activities.model.Denoiser;
import dev.primeline.activities.model.EngineSettings;
import dev.primeline.workflows.evaluation.SelfCheck.Alarm;
import dev.primeline.workflows.experiment.EvaluationSettings;
import dev.primeline.workflows.experiment.Family;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every alarm is silent on the bound and loud on the mistakes that it exists for. */
final class AlarmsTest {
  private static final EngineSettings ENGINE = EngineSettings.defaults();

  /** A number of draws, and draws until the mask error is small enough. */
  private static final List<EvaluationSettings> SETTINGS =
      List.of(new EvaluationSettings(8, 0), new EvaluationSettings(8, 0, 0.01, 0, 0));

  @ParameterizedTest
  @MethodSource("dev.primeline.activities.evaluation.Families#all")
  void oracleIsSilentOnTheBound(Family family) {
    for (EvaluationSettings settings : SETTINGS) {
      assertThat(OracleAlarm.check(family, settings, UnaryOperator.identity()))
          .matches(alarm -> !alarm.fired(), "silent");
    }
  }

  @ParameterizedTest
  @MethodSource("dev.primeline.activities.evaluation.Families#withJointForm")
  void oracleFiresOnTheJointForm(Family family) {
    for (EvaluationSettings settings : SETTINGS) {
      assertThat(OracleAlarm.check(family, settings, JointForm::new))
          .matches(Alarm::fired, "fired");
    }
  }

  @ParameterizedTest
  @MethodSource("dev.primeline.activities.evaluation.Families#all")
  void oracleFiresOnBothSidesOfTheTruth(Family family) {
    for (EvaluationSettings settings : SETTINGS) {
      assertThat(OracleAlarm.check(family, settings, scaled(0.95))).matches(Alarm::fired, "fired");
      assertThat(OracleAlarm.check(family, settings, scaled(1.05))).matches(Alarm::fired, "fired");
      assertThat(OracleAlarm.check(family, settings, scaled(Double.NaN)))
          .matches(Alarm::fired, "fired");
    }
  }

  @ParameterizedTest
  @MethodSource("dev.primeline.activities.evaluation.Families#all")
  void kraftIsSilentForRandomWeights(Family family) {
    Alarm alarm = KraftAlarm.check(family, ENGINE, UnaryOperator.identity());
    assertThat(alarm).matches(found -> !found.fired(), "silent");
  }

  @ParameterizedTest
  @MethodSource("dev.primeline.activities.evaluation.Families#withJointForm")
  void kraftFiresOnTheJointFormOfRandomWeights(Family family) {
    assertThat(KraftAlarm.check(family, ENGINE, JointForm::new)).matches(Alarm::fired, "fired");
  }

  @Test
  void kraftFiresOnWhatIsNoNumber() {
    assertThat(KraftAlarm.check(Families.MDM, ENGINE, scaled(Double.NaN)))
        .matches(Alarm::fired, "fired");
  }

  @ParameterizedTest
  @MethodSource("dev.primeline.activities.evaluation.Families#withJointForm")
  void kraftSumOfAnExactPosteriorIsOneAndMoreInTheJointForm(Family scored) {
    Family family = ToyFamily.of(scored, 5);
    ToySource source = ToySource.random(3, 5, 41);
    Denoiser posterior =
        source.posterior(ToyCodes.shuffled(5, family.base(), family.ell(), 42), false);
    assertThat(KraftAlarm.sum(posterior, 5, 2, family)).isCloseTo(1, within(1e-9));
    assertThat(KraftAlarm.sum(new JointForm(posterior), 5, 2, family)).isGreaterThan(1.02);
  }

  @Test
  void modelAlarmFiresWhereTheJointFormOfAGoodModelLiesBelowTheTruth() {
    ToySource source = ToySource.random(3, 5, 43);
    Denoiser posterior = source.posterior(ToyCodes.shuffled(5, 2, 3, 44), false);
    SplittableRandom random = new SplittableRandom(45);
    List<int[]> sequences =
        java.util.stream.Stream.generate(() -> source.sample(3, random)).limit(100).toList();
    double[] truth =
        sequences.stream().mapToDouble(x -> -Math.log(source.probability(x))).toArray();
    WindowScores scores =
        new ExactCountNelbo(posterior)
            .score(EnumeratedDraws.of(sequences, 5, 3, false), fraction -> {});
    assertThat(ModelAlarm.check(scores.nelbo(), truth).fired()).isFalse();
    assertThat(ModelAlarm.check(scores.joint(), truth).fired()).isTrue();
    double[] loose = Arrays.stream(truth).map(nats -> 1.2 * nats).toArray();
    assertThat(ModelAlarm.check(loose, truth).fired()).as("a mediocre model").isFalse();
  }

  private static UnaryOperator<Denoiser> scaled(double factor) {
    return denoiser ->
        (Batch batch) -> {
          Denoiser.Costs costs = denoiser.costs(batch);
          double[] marginal = Arrays.stream(costs.marginal()).map(c -> factor * c).toArray();
          return new Denoiser.Costs(marginal, costs.joint());
        };
  }
}
