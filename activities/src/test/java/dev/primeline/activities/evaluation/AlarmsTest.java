package dev.primeline.activities.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.primeline.activities.batches.Batch;
import dev.primeline.activities.model.Denoiser;
import dev.primeline.workflows.evaluation.SelfCheck.Alarm;
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

  @ParameterizedTest
  @MethodSource("dev.primeline.activities.evaluation.Families#all")
  void oracleIsSilentOnTheBound(Family family) {
    assertThat(OracleAlarm.check(family, UnaryOperator.identity()))
        .matches(alarm -> !alarm.fired(), "silent");
  }

  @ParameterizedTest
  @MethodSource("dev.primeline.activities.evaluation.Families#withJointForm")
  void oracleFiresOnTheJointForm(Family family) {
    assertThat(OracleAlarm.check(family, JointForm::new)).matches(Alarm::fired, "fired");
  }

  @ParameterizedTest
  @MethodSource("dev.primeline.activities.evaluation.Families#all")
  void oracleFiresOnBothSidesOfTheTruth(Family family) {
    assertThat(OracleAlarm.check(family, scaled(0.95))).matches(Alarm::fired, "fired");
    assertThat(OracleAlarm.check(family, scaled(1.05))).matches(Alarm::fired, "fired");
    assertThat(OracleAlarm.check(family, scaled(Double.NaN))).matches(Alarm::fired, "fired");
  }

  @ParameterizedTest
  @MethodSource("dev.primeline.activities.evaluation.Families#withJointForm")
  void kraftFiresOnTheJointFormOfAnExactPosterior(Family scored) {
    Family family = ToyFamily.of(scored, KraftAlarm.VOCABULARY);
    ToySource source = ToySource.random(3, KraftAlarm.VOCABULARY, 41);
    Denoiser posterior =
        source.posterior(
            ToyCodes.shuffled(KraftAlarm.VOCABULARY, family.base(), family.ell(), 42), false);
    Alarm silent = KraftAlarm.check(posterior, family.ell(), false);
    assertThat(silent.fired()).isFalse();
    assertThat(silent.detail()).contains("is 1.00000");
    assertThat(KraftAlarm.check(new JointForm(posterior), family.ell(), false).fired()).isTrue();
    assertThat(KraftAlarm.check(scaled(Double.NaN).apply(posterior), family.ell(), false).fired())
        .isTrue();
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
